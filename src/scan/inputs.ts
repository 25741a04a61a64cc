import { closeSync, openSync, readdirSync, readSync, realpathSync, statSync } from "node:fs";
import { extname, join } from "node:path";
import { asDoctorError, DoctorError } from "../errors.js";
import { isKept } from "../files/leftovers.js";
import { isServer, nameServer } from "../files/postgres/name.js";

export interface InputFile {
  readonly path: string;
  /** True if the user named the file, so that an unknown kind is an error. */
  readonly named: boolean;
  /** Why it cannot be read: a path that is not there, a folder without a database. */
  readonly error?: DoctorError;
}

export interface Inputs {
  /** The files to scan, in order. */
  readonly files: readonly InputFile[];
  /** The files of searched folders that are of no known kind, without SQLite's sidecar files and the tool's own. */
  readonly skipped: readonly string[];
}

interface Search {
  readonly files: InputFile[];
  readonly skipped: string[];
}

const SKIPPED = new Set(["node_modules"]);
const CANDIDATES = new Set([
  ".db",
  ".sqlite",
  ".sqlite3",
  ".json",
  ".jsonl",
  ".ndjson",
  ".har",
  ".yaml",
  ".yml",
]);
/** Sessions that a program compressed: told, so that nobody takes them for read. */
const COMPRESSED = /\.jsonl\.zst$/i;

/** Turns the paths of the command line into a list of files. Folders are searched, except hidden folders in them. */
export function expandInputs(paths: readonly string[]): Inputs {
  const inputs: Search = { files: [], skipped: [] };
  for (const path of new Set(paths.map((word) => (isServer(word) ? nameServer(word) : word)))) {
    try {
      if (isServer(path)) inputs.files.push({ path, named: true });
      else if (path !== "-" && statSync(path).isDirectory()) {
        const before = inputs.files.length;
        walk(path, inputs);
        if (inputs.files.length === before)
          inputs.files.push({
            path,
            named: true,
            error: new DoctorError(
              "NO_INPUT",
              `${path}: the folder holds no database, session file, export or request (hidden folders in it are not searched)`,
            ),
          });
      } else inputs.files.push({ path, named: true });
    } catch (error) {
      inputs.files.push({ path, named: true, error: asDoctorError(error, path) });
    }
  }
  return { ...inputs, files: eachOnce(inputs.files) };
}

/** Removes doubles: a file may be named and also be found in a folder. */
function eachOnce(files: readonly InputFile[]): InputFile[] {
  const seen = new Map<string, InputFile>();
  for (const file of files) {
    const place =
      file.path === "-" || file.error || isServer(file.path) ? file.path : realpathSync(file.path);
    const known = seen.get(place);
    if (!known || (file.named && !known.named)) seen.set(place, known ? { ...known, named: true } : file);
  }
  return [...seen.values()];
}

function walk(folder: string, inputs: Search): void {
  let entries: ReturnType<typeof list>;
  try {
    entries = list(folder);
  } catch (error) {
    inputs.files.push({ path: folder, named: true, error: asDoctorError(error, folder) });
    return;
  }
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && !entry.name.startsWith(".") && !SKIPPED.has(entry.name)) walk(path, inputs);
    else if (isKept(entry.name)) continue;
    else if (entry.isFile() && isCandidate(entry.name)) inputs.files.push({ path, named: false });
    else if (entry.isFile() && !/-(wal|shm|journal)$/.test(entry.name)) inputs.skipped.push(path);
  }
}

function isCandidate(name: string): boolean {
  return CANDIDATES.has(extname(name).toLowerCase()) || COMPRESSED.test(name);
}

function list(folder: string) {
  return readdirSync(folder, { withFileTypes: true }).sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** @throws DoctorError UNSUPPORTED for a PostgreSQL database, in a command that takes files */
export function refuseServer(path: string): void {
  if (isServer(path))
    throw new DoctorError(
      "UNSUPPORTED",
      `${path}: a PostgreSQL database, which this command does not take`,
      "doctor scan, check, inspect, replay, repair and restore --undo take it",
    );
}

/**
 * True if the file begins like a SQLite database.
 * @throws DoctorError UNSUPPORTED for a folder, a pipe or a server
 */
export function isSqlite(path: string): boolean {
  refuseServer(path);
  if (!statSync(path).isFile())
    throw new DoctorError(
      "UNSUPPORTED",
      `${path}: a folder or a pipe, not a file`,
      "name a file, or - for standard input",
    );
  const fd = openSync(path, "r");
  try {
    const head = Buffer.alloc(16);
    return readSync(fd, head, 0, 16, 0) === 16 && head.toString("latin1") === "SQLite format 3\u0000";
  } finally {
    closeSync(fd);
  }
}
