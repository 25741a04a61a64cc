/**
 * Compares the reports and repair plans of this checkout with those of another revision, byte for byte:
 * `npm run reports -- REVISION`. Inputs: every fixture, and the shared corpus where it stands beside the project.
 * Exits with 1 where any report differs.
 */
import { execFile, execFileSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import Sqlite from "better-sqlite3";

const ROOT = join(import.meta.dirname, "..");
const CORPUS = process.env.DOCTOR_CORPUS ?? join(ROOT, "../shared/corpus");
const NOW = "2026-11-21T12:00:00Z";
const COMMANDS = [
  ["scan", "--format", "json", "--now", NOW, "--fail-on", "info"],
  ["repair", "--format", "json", "--now", NOW],
  ["repair", "--format", "json", "--now", NOW, "--unsafe"],
];

function filesBelow(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });
}

/** Copies every input below one folder, so that both revisions read the same paths. */
function gather(folder) {
  const inputs = [];
  const fixtures = join(ROOT, "fixtures");
  const sources = [fixtures, ...(existsSync(CORPUS) ? [CORPUS] : [])];
  for (const source of sources)
    for (const path of filesBelow(source).filter((name) => /\.(db|json)$/.test(name))) {
      const copy = join(folder, relative(source, path).replaceAll(/[/\\]/g, "_"));
      copyFileSync(path, copy);
      inputs.push(copy);
    }
  for (const path of filesBelow(join(fixtures, "rules")).filter((name) => name.endsWith(".sql"))) {
    const name = path
      .split(/[/\\]/)
      .at(-1)
      .replace(/\.sql$/, "");
    const copy = join(folder, `${name}.db`);
    copyFileSync(join(fixtures, `${name.split(".")[1]}.db`), copy);
    const db = new Sqlite(copy);
    db.exec(readFileSync(path, "utf8"));
    db.pragma("wal_checkpoint(truncate)");
    db.close();
    inputs.push(copy);
  }
  return inputs;
}

function run(root, input, args) {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [join(root, "bin/doctor.js"), args[0], input, ...args.slice(1)],
      { maxBuffer: 1 << 28, env: { ...process.env, NO_COLOR: "1" } },
      (error, stdout, stderr) => resolve(`${error?.code ?? 0}\n${stdout}\n${stderr}`),
    );
  });
}

const revision = process.argv[2];
if (!revision) {
  process.stderr.write("npm run reports -- REVISION\n");
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), "doctor-reports-"));
const other = join(folder, "checkout");
try {
  execFileSync("git", ["worktree", "add", "--detach", other, revision], { cwd: ROOT, stdio: "ignore" });
  symlinkSync(join(ROOT, "node_modules"), join(other, "node_modules"));
  for (const root of [other, ROOT])
    execFileSync("npm", ["run", "--silent", "build"], { cwd: root, stdio: "inherit" });
  const place = join(folder, "inputs");
  mkdirSync(place);
  const jobs = gather(place).flatMap((input) => COMMANDS.map((args) => ({ input, args })));
  const total = jobs.length;
  let differing = 0;
  const work = async () => {
    for (let job = jobs.pop(); job; job = jobs.pop()) {
      const { input, args } = job;
      const [before, after] = [await run(other, input, args), await run(ROOT, input, args)];
      if (before === after) continue;
      differing++;
      process.stdout.write(`differs: ${args.join(" ")} ${relative(place, input)}\n`);
    }
  };
  await Promise.all([work(), work()]);
  process.stdout.write(`${total} reports and plans, ${differing} differ from ${revision}\n`);
  process.exitCode = differing > 0 ? 1 : 0;
} finally {
  execFileSync("git", ["worktree", "remove", "--force", other], { cwd: ROOT, stdio: "ignore" });
  rmSync(folder, { recursive: true, force: true });
}
