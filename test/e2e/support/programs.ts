import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const CACHE = process.env.DOCTOR_E2E_CACHE ?? join(tmpdir(), "session-doctor-e2e");
const SYSTEM = process.platform === "win32" ? "windows" : process.platform;

/** A program with opencode's tables. */
export interface Program {
  /** Of its command, its data folder and its database. */
  readonly name: string;
  readonly package: string;
}

export const OPENCODE: Program = { name: "opencode", package: `opencode-${SYSTEM}-${process.arch}` };
export const KILO: Program = { name: "kilo", package: `@kilocode/cli-${SYSTEM}-${process.arch}` };

/** The fork has version numbers of its own. */
export function programOf(version: string): Program {
  return version.startsWith("7.") ? KILO : OPENCODE;
}

/** Released programs, oldest first: before and after each change of the replay that a user can still meet. */
export const VERSIONS = (process.env.DOCTOR_E2E_VERSIONS ?? "1.2.15,1.3.2,1.14.34,1.18.14,1.18.34").split(
  ",",
);
/** The released program of this version, from the cache folder or from npm. */
export function install(version: string): string {
  const folder = join(CACHE, version);
  const program = programOf(version);
  const binary = join(folder, "node_modules", program.package, "bin", program.name);
  if (existsSync(binary)) return binary;
  mkdirSync(CACHE, { recursive: true });
  const fresh = mkdtempSync(join(CACHE, ".new-"));
  writeFileSync(join(fresh, "package.json"), '{"private":true}');
  const flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-save", "--loglevel=error"];
  execFileSync("npm", ["install", ...flags, `${program.package}@${version}`], {
    cwd: fresh,
    stdio: "inherit",
  });
  renameSync(fresh, folder);
  return binary;
}

export function installAll(): void {
  for (const version of VERSIONS) install(version);
}
