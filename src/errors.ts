import { resolve } from "node:path";
import { shellPath, shellWord } from "./escapes.js";

/** Errors that the user can act on: a stable code, one clear sentence, and the next command where there is one. */
export type ErrorCode =
  | "USAGE"
  | "NOT_FOUND"
  | "NO_INPUT"
  | "NOT_READABLE"
  | "NOT_SQLITE"
  | "NO_DRIVER"
  | "UNSUPPORTED"
  | "BUSY"
  | "HOT_JOURNAL"
  | "DAMAGED"
  | "EMPTY_FILE"
  | "IN_USE"
  | "NO_SPACE"
  | "EXISTS"
  | "READ_ONLY"
  | "CHANGED"
  | "REFUSED"
  | "VERIFY_FAILED"
  | "INVALID_JSON"
  | "TRUNCATED"
  | "INTERRUPTED"
  | "INTERNAL";

export class DoctorError extends Error {
  override readonly name = "DoctorError";
  /** `message`: one sentence, one line; `next`: what to do; `details`: lines below the message. */
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly next?: string,
    readonly details: readonly string[] = [],
  ) {
    super(message);
  }
}

/** Writes a command of this program as a line for a shell. `path`: its file; `flags`: the words after the file. */
export function commandLine(command: string, path: string, ...flags: readonly string[]): string {
  return ["doctor", command, shellPath(path), ...flags.map(shellWord)].join(" ");
}

/** A conversation that was asked for is not there. `near`: an id that is like the one that was typed. */
export function noSession(path: string, id: string, near?: string): DoctorError {
  const question = near === undefined ? "" : `; did you mean ${near}?`;
  return new DoctorError("NOT_FOUND", `${path}: no session ${id}${question}`, commandToList(path));
}

/** The command that lists the conversations of an input. `sessions` takes no server. */
export function commandToList(path: string): string {
  return /^postgres(?:ql)?:/.test(path) ? commandLine("scan", path, "--long") : commandLine("sessions", path);
}

/** The properties of errors of Node and SQLite besides their message. `dest`: the target of a copy. */
interface SystemError {
  readonly code?: string;
  readonly path?: string;
  readonly dest?: string;
}

/** A writer was cut off inside a transaction. */
export function hotJournal(path: string): DoctorError {
  return new DoctorError(
    "HOT_JOURNAL",
    `${path}: an unfinished transaction waits for a rollback`,
    "start the program that writes it once, or copy both files and open the copy with sqlite3",
  );
}

/**
 * Turns what Node and SQLite throw into a DoctorError; anything unknown keeps its own message as INTERNAL. `input`: the file
 * that was worked on; if Node names another one, that one failed.
 */
export function asDoctorError(error: unknown, input: string): DoctorError {
  if (error instanceof DoctorError) return error;
  const system: SystemError = typeof error === "object" && error !== null ? error : {};
  const code = system.code ?? "";
  const message = error instanceof Error ? error.message : String(error);
  const path = failedPath(system, input);
  if (code === "ENOENT") return new DoctorError("NOT_FOUND", `${path}: no such file or folder`);
  if (code === "EACCES" || code === "EPERM")
    return new DoctorError("NOT_READABLE", `${path}: permission denied`);
  if (code === "EMFILE" || code === "ENFILE")
    return new DoctorError("NOT_READABLE", `${path}: too many open files`, "raise the limit (ulimit -n)");
  if (code === "ENOSPC" || code === "SQLITE_FULL")
    return new DoctorError("NO_SPACE", `${path}: no space left on the device`);
  if (code.startsWith("SQLITE_BUSY") || code === "SQLITE_LOCKED")
    return new DoctorError(
      "BUSY",
      `${path}: locked by another process`,
      "close the program that uses it, then try again",
    );
  if (code === "SQLITE_NOTADB")
    return new DoctorError("NOT_SQLITE", `${path}: not a SQLite database (or encrypted)`);
  if (code.startsWith("SQLITE_CORRUPT"))
    return new DoctorError("DAMAGED", `${path}: the database file is damaged (${message})`);
  if (code === "SQLITE_READONLY_ROLLBACK") return hotJournal(path);
  if (code.startsWith("SQLITE_READONLY") || code === "EROFS")
    return new DoctorError("READ_ONLY", `${path}: cannot be written (${message})`);
  if (code.startsWith("SQLITE_IOERR"))
    return new DoctorError(
      "NOT_READABLE",
      `${path}: SQLite cannot read or write it, or its folder (${message})`,
      "check the permissions of the file and its folder, and the disk",
    );
  if (code.startsWith("SQLITE_CANTOPEN"))
    return new DoctorError("NOT_READABLE", `${path}: cannot be opened (${message})`);
  if (error instanceof RangeError && /call stack/i.test(message))
    return new DoctorError(
      "UNSUPPORTED",
      `${path}: holds JSON that is nested too deeply to be read and written`,
    );
  return new DoctorError("INTERNAL", `${path}: ${message}`);
}

/** The file that an error of Node names, under the name that the user gave it where it is the input; else the input. */
function failedPath({ code, path, dest }: SystemError, input: string): string {
  const named = code === "ENOSPC" ? (dest ?? path) : path;
  return typeof named === "string" && resolve(named) !== resolve(input) ? named : input;
}

/** A file that is the backup of another one, as far as its conversations tell. */
export function foreignBackup(backup: string, path: string): DoctorError {
  return new DoctorError(
    "REFUSED",
    `${backup}: no backup of ${path}: they share no conversation`,
    "name the backup that doctor repair told, or --force",
  );
}
