import { statSync } from "node:fs";
import { DoctorError } from "../errors.js";
import { isServer } from "../files/postgres/name.js";
import { realFile } from "../files/real-file.js";
import { plural } from "../model/numbers.js";
import { discover } from "../scan/discover.js";
import { expandInputs, type InputFile, isSqlite } from "../scan/inputs.js";
import { isOfLines } from "../scan/lines.js";
import { scanStream } from "../scan/scan.js";
import { talk } from "./talk.js";

/**
 * The databases of this machine.
 * @throws DoctorError NO_INPUT
 */
export function discoveredInputs(quiet = false): string[] {
  const { found, looked, hints } = discover();
  const notes = hints.map((hint) => `note: ${hint}`);
  if (found.length === 0)
    throw new DoctorError("NO_INPUT", "no database found; looked at", "doctor scan PATH", [
      ...looked.map((place) => `  ${place}`),
      ...notes,
    ]);
  if (!quiet) talk(`found ${found.join(", ")}`, ...notes);
  return found;
}

/**
 * The file of this machine for a command that takes one: the only one, or the one that holds the conversation.
 * @throws DoctorError NO_INPUT, USAGE, NOT_FOUND
 */
export async function discoveredInput(command: string, session?: string): Promise<string> {
  const { found } = discover();
  const files = filesOf(found);
  const [first, ...others] = files;
  if (first === undefined)
    throw new DoctorError("NO_INPUT", "no conversation found", `doctor ${command} PATH`);
  if (others.length === 0) return first;
  if (session !== undefined) return holderOf(files, session);
  const places = found.length > 1 ? ` in ${found.join(", ")}` : "";
  throw new DoctorError(
    "USAGE",
    `found ${plural(files.length, "file")}${places}: name the one that is meant`,
    command === "restore" ? "doctor restore FILE --list" : "doctor sessions",
  );
}

/**
 * The file that holds the conversation: `latest` is the newest of all.
 * @throws DoctorError NOT_FOUND, USAGE
 */
async function holderOf(files: readonly string[], session: string): Promise<string> {
  const { inputs } = await scanStream(files, { sessions: [session] });
  const held = inputs.flatMap(({ path, sessions = [] }) =>
    sessions.map(({ updated }) => ({ path, updated })),
  );
  const newest = held.sort((one, other) => (other.updated ?? 0) - (one.updated ?? 0))[0];
  const paths = [...new Set(held.map(({ path }) => path))];
  if (!newest)
    throw new DoctorError(
      "NOT_FOUND",
      `no session ${session} in the ${plural(files.length, "file")} of this machine`,
      "doctor sessions",
    );
  if (paths.length > 1 && session !== "latest")
    throw new DoctorError(
      "USAGE",
      `"${session}" fits conversations in ${paths.join(", ")}`,
      "doctor sessions",
    );
  return newest.path;
}

/** The files that are meant by paths, each once: of a folder, the databases and files of lines in it. */
export function filesOf(paths: readonly string[]): string[] {
  const files = new Map<string, string>();
  for (const path of paths.flatMap(filesAt)) {
    const place = path === "-" || isServer(path) ? path : realFile(path);
    if (!files.has(place)) files.set(place, path);
  }
  return [...files.values()];
}

/** The exports and requests in the folders among paths. */
export function documentsIn(paths: readonly string[]): InputFile[] {
  return expandInputs(paths.filter(isFolder)).files.filter(({ path, error }) => !error && isDocument(path));
}

/** True for an export, a request or standard input: each is mended by itself. */
export function isDocument(path: string): boolean {
  return path === "-" || (!isServer(path) && !isSqlite(path) && !isOfLines(path));
}

function isFolder(path: string): boolean {
  if (path === "-" || isServer(path)) return false;
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function filesAt(path: string): string[] {
  if (!isFolder(path)) return [path];
  const { files } = expandInputs([path]);
  const failure = files.find(({ error }) => error)?.error;
  if (failure) throw failure;
  return files.map((file) => file.path).filter((file) => !isDocument(file));
}

/**
 * The files of this machine that a command plans for; to write, there must be one only, or one that holds the conversation.
 * @throws DoctorError NO_INPUT, USAGE, NOT_FOUND
 */
export async function discoveredFiles(
  command: string,
  writes: boolean,
  { quiet = false, session = [] }: { quiet?: boolean; session?: readonly string[] },
): Promise<string[]> {
  return writes ? [await discoveredInput(command, session[0])] : filesOf(discoveredInputs(quiet));
}
