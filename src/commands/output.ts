import { closeSync, existsSync, openSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { DoctorError } from "../errors.js";
import { writeAll } from "../files/write-all.js";
import type { Severity } from "../model/report.js";
import type { ReporterOptions } from "../reporters/reporter.js";
import { isSqlite } from "../scan/inputs.js";

export interface OutputFlags {
  readonly output?: string;
  readonly color?: boolean;
  readonly quiet?: boolean;
}

/** The flags that shape a report. */
export interface ReportFlags extends OutputFlags {
  readonly rule?: readonly string[];
  readonly severity?: Severity;
}

function wantsColor(flags: OutputFlags): boolean {
  if (flags.color === false || flags.output || process.env.NO_COLOR || process.env.TERM === "dumb")
    return false;
  return process.stdout.isTTY === true;
}

/** Columns that a report may take. */
export function outputWidth(): number {
  return Math.max(60, Math.min(process.stdout.columns ?? 80, 100));
}

export function reporterOptions(flags: ReportFlags, now: number, show: Severity): ReporterOptions {
  return {
    width: outputWidth(),
    color: wantsColor(flags),
    now,
    show,
    home: homedir(),
    quiet: flags.quiet,
    filtered: (flags.rule ?? flags.severity) !== undefined,
  };
}

/**
 * Refuses a report file that is one of the inputs, a file of theirs, or any database, before the work begins.
 * @throws DoctorError EXISTS
 */
export function checkOutput(output: string | undefined, inputs: readonly (string | undefined)[]): void {
  if (output === undefined || !existsSync(output)) return;
  const taken = inputs
    .filter((input) => input !== undefined)
    .filter((input) => existsSync(input))
    .flatMap((input) => ["", "-wal", "-shm", "-journal"].map((end) => realpathSync(input) + end));
  if (taken.includes(realpathSync(output)) || isDatabase(output)) throw refused(output);
}

function refused(output: string): DoctorError {
  return new DoctorError(
    "EXISTS",
    `${output}: is a database or an input; a report never overwrites it`,
    "name another file with --output",
  );
}

/** A file that is not there, or cannot be read, is no database that a report could destroy unseen: writing it says why. */
function isDatabase(path: string): boolean {
  try {
    return isSqlite(path);
  } catch {
    return false;
  }
}

/** Files that this run has begun to write: what follows goes behind it. */
const begun = new Set<string>();

/**
 * Writes text piece by piece: to a file, or to standard output, waiting where the reader is slow.
 * A reader that went away ends it quietly.
 * @throws DoctorError READ_ONLY where the file cannot be written, EXISTS where it is a database
 */
export async function write(pieces: Iterable<string>, output?: string): Promise<void> {
  if (output !== undefined) writeFile(pieces, output);
  else await writeOut(pieces);
}

function writeFile(pieces: Iterable<string>, output: string): void {
  if (!begun.has(output) && isDatabase(output)) throw refused(output);
  try {
    const fd = openSync(output, begun.has(output) ? "a" : "w");
    begun.add(output);
    try {
      for (const block of inBlocks(pieces)) writeAll(fd, block);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    throw error instanceof DoctorError
      ? error
      : new DoctorError("READ_ONLY", `${output}: the report cannot be written (${(error as Error).message})`);
  }
}

/** Characters a block: a system call for each of a hundred thousand findings would take longer than the findings. */
const BLOCK = 1 << 16;

function* inBlocks(pieces: Iterable<string>): Generator<string> {
  let block = "";
  for (const piece of pieces) {
    block += piece;
    if (block.length < BLOCK) continue;
    yield block;
    block = "";
  }
  yield block;
}

async function writeOut(pieces: Iterable<string>): Promise<void> {
  const stream = process.stdout;
  let failure: (Error & { code?: string }) | null = null;
  const onError = (error: Error) => {
    failure = error;
    stream.emit("drain");
  };
  stream.on("error", onError);
  try {
    for (const block of inBlocks(pieces)) {
      if (!stream.write(block)) await new Promise<void>((resolve) => stream.once("drain", resolve));
      if (failure) break;
    }
    await new Promise<void>((resolve) => (failure ? resolve() : stream.write("", () => resolve())));
  } finally {
    stream.removeListener("error", onError);
  }
  const failed = failure as (Error & { code?: string }) | null;
  if (failed && failed.code !== "EPIPE")
    throw new DoctorError("READ_ONLY", `standard output: ${failed.message}`);
  if (failed) stream.on("error", () => {});
}
