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

/** The width of a report in columns. */
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
 * Refuses to write the report over an input, over a sidecar file of an input, or over any database.
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

/** True if the file is a database. False if it cannot be read: writing to it will then fail with its own error. */
function isDatabase(path: string): boolean {
  try {
    return isSqlite(path);
  } catch {
    return false;
  }
}

/** Files that this run has already written to. Later texts are appended. */
const begun = new Set<string>();

/**
 * Writes text piece by piece to a file or to standard output, and waits for a slow reader.
 * Ends without an error if the reader has gone.
 * @throws DoctorError READ_ONLY if the file cannot be written, EXISTS if it is a database
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

/** Characters in a block. Writing each of 100,000 findings on its own would take longer than making them. */
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
