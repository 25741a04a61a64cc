import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import { type ParseError, parse, printParseErrorCode } from "jsonc-parser";
import { asDoctorError, DoctorError } from "../errors.js";
import { didYouMean } from "../nearest.js";
import { homeFolder } from "../scan/discover.js";
import { knownProvider, knownRule, version } from "./values.js";

/** Values for flags, by the names that the flags have in code. A flag on the command line takes the place of its setting. */
export interface Settings {
  readonly ignore?: readonly string[];
  readonly provider?: readonly string[];
  readonly hostVersion?: string;
  readonly model?: string;
  readonly backupTo?: string;
}

/** The name of the settings of a repository. */
const OF_REPOSITORY = ".session-doctor.json";

/** Checks and completes the value of each setting. `folder`: where the file lies. */
const VALUES: {
  readonly [Key in keyof Required<Settings>]: (value: unknown, folder: string) => Settings[Key];
} = {
  ignore: (value) => listOf(value).map(knownRule),
  provider: (value) => listOf(value).map(knownProvider),
  hostVersion: (value) => version(textOf(value)),
  model: textOf,
  backupTo: (value, folder) => folderOf(textOf(value), folder),
};

function textOf(value: unknown): string {
  if (typeof value === "string" && value !== "") return value;
  throw new InvalidArgumentError("must be a text");
}

function listOf(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).map((one: unknown) => {
    if (typeof one === "string") return one;
    throw new InvalidArgumentError("must be a text or a list of texts");
  });
}

function folderOf(path: string, folder: string): string {
  const whole = path.startsWith("~/") ? join(homeFolder() ?? "~", path.slice(2)) : resolve(folder, path);
  if (statSync(whole, { throwIfNoEntry: false })?.isDirectory()) return whole;
  throw new InvalidArgumentError(`${whole} is no folder`);
}

/** The place of the user's settings; undefined for a user without a home folder. */
export function userFile(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
  home = homeFolder(),
): string | undefined {
  const xdg = env.XDG_CONFIG_HOME;
  const usual = platform === "win32" ? env.APPDATA : home ? join(home, ".config") : undefined;
  // The XDG rules ignore relative paths.
  const folder = xdg && isAbsolute(xdg) ? xdg : usual;
  return folder && join(folder, "session-doctor", "config.json");
}

/**
 * The settings file of a repository: the nearest one, from a folder up to the repository's own. Outside of a repository
 * only the folder itself counts, because a folder above it may be anybody's.
 */
export function repositoryFile(folder: string): string | undefined {
  const folders = upFrom(resolve(folder));
  const top = folders.findIndex((one) => existsSync(join(one, ".git")));
  return folders
    .slice(0, Math.max(0, top) + 1)
    .map((one) => join(one, OF_REPOSITORY))
    .find((file) => existsSync(file));
}

/** A folder and those above it. */
function upFrom(folder: string): string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...upFrom(parent)];
}

/**
 * Reads a settings file: JSON with comments. Null where there is none.
 * @throws DoctorError USAGE where a key is unknown or a value is wrong, INVALID_JSON
 */
export function readSettings(path: string): Settings | null {
  let text: string;
  try {
    text = readFileSync(path, "utf8").replace(/^\uFEFF/, "");
  } catch (error) {
    const failure = asDoctorError(error, path);
    if (failure.code === "NOT_FOUND") return null;
    throw failure;
  }
  const value = parsed(text, path);
  const settings: Record<string, unknown> = {};
  for (const [key, one] of Object.entries(value)) {
    if (key === "$schema") continue;
    if (!isKey(key)) throw unknownKey(key, path);
    try {
      settings[key] = VALUES[key](one, dirname(path));
    } catch (error) {
      if (!(error instanceof InvalidArgumentError)) throw error;
      throw new DoctorError("USAGE", `${path}: ${key}: ${error.message}`);
    }
  }
  return settings;
}

function isKey(key: string): key is keyof Settings {
  return Object.hasOwn(VALUES, key);
}

function unknownKey(key: string, path: string): DoctorError {
  const keys = Object.keys(VALUES);
  const near = didYouMean(key, keys);
  return new DoctorError("USAGE", `${path}: unknown key "${key}"${near || `; known: ${keys.join(", ")}`}`);
}

function parsed(text: string, path: string): object {
  const errors: ParseError[] = [];
  const value: unknown = parse(text, errors, { allowTrailingComma: true, allowEmptyContent: true });
  const [first] = errors;
  if (first) {
    const before = text.slice(0, first.offset).split("\n");
    const place = `${before.length}:${(before.at(-1) ?? "").length + 1}`;
    const why = printParseErrorCode(first.error)
      .replace(/(?<=[a-z])(?=[A-Z])/g, " ")
      .toLowerCase();
    throw new DoctorError("INVALID_JSON", `${path}:${place}: not valid JSON (${why})`);
  }
  if (value === undefined) return {};
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw new DoctorError("USAGE", `${path}: must be an object, such as {"ignore": ["missing-directory"]}`);
}

/**
 * Gives a command the settings of the user, or of the repository for a command of CI, for the options that it has and
 * that were not typed.
 * @throws DoctorError as readSettings does
 */
export function applySettings(command: Command, ofRepository: boolean): void {
  const path = ofRepository ? repositoryFile(process.cwd()) : userFile();
  const settings = path === undefined ? null : readSettings(path);
  for (const [key, value] of Object.entries(settings ?? {})) {
    const isTyped = command.getOptionValueSource(key) === "cli";
    const isOffered = command.options.some((option) => option.attributeName() === key);
    if (!isTyped && isOffered && !isIdle(key, command))
      command.setOptionValueWithSource(key, key === "ignore" ? unasked(command, value) : value, "config");
  }
}

/** True for the place of a backup if none was asked for: on the command line, the place alone asks for one. */
function isIdle(key: string, command: Command): boolean {
  const mayAsk = command.options.some(({ long }) => long === "--backup");
  return key === "backupTo" && mayAsk && command.getOptionValue("backup") !== true;
}

/** The ignored rules without those that the user asks for. */
function unasked(command: Command, rules: readonly string[]): readonly string[] {
  const asked: readonly string[] = command.getOptionValue("rule") ?? [];
  return rules.filter((rule) => !asked.includes(rule));
}
