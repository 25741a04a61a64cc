import { existsSync, realpathSync } from "node:fs";
import { hostname } from "node:os";
import { DoctorError } from "../errors.js";
import { escapePieces, type LineRules } from "../escapes.js";
import { beginFile } from "../files/whole-file.js";
import type { Severity } from "../model/report.js";
import type { ReporterOptions } from "../reporters/reporter.js";
import { homeFolder } from "../scan/discover.js";
import { type Kept, keptKindOf } from "./kept.js";
import { talkText } from "./talk.js";

export interface OutputFlags {
  readonly output?: string;
  readonly color?: boolean;
  readonly quiet?: boolean;
}

/** The flags that shape a report. */
export interface ReportFlags extends OutputFlags {
  readonly failOn?: Severity;
  readonly showMachine?: boolean;
}

/** The flag counts first, then FORCE_COLOR (0 is no), then NO_COLOR; else a terminal gets colours. A file gets none. */
function wantsColor({ color, output }: OutputFlags): boolean {
  const { FORCE_COLOR, NO_COLOR, TERM } = process.env;
  if (output !== undefined) return false;
  if (color !== undefined) return color;
  if (FORCE_COLOR) return FORCE_COLOR !== "0" && FORCE_COLOR !== "false";
  return !NO_COLOR && TERM !== "dumb" && process.stdout.isTTY === true;
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
    failOn: flags.failOn,
    ...(flags.showMachine && { machine: hostname() }),
    home: homeFolder(),
    quiet: flags.quiet,
  };
}

/**
 * Refuses an output file that is one of the inputs, a file of theirs, or a file that must not be lost, before the work
 * begins. `may`: kinds that this output may take the place of.
 * @throws DoctorError EXISTS
 */
export function checkOutput(
  output: string | undefined,
  inputs: readonly (string | undefined)[],
  may: readonly Kept[] = [],
): void {
  if (output === undefined || !existsSync(output)) return;
  const taken = inputs
    .filter((input) => input !== undefined)
    .filter((input) => existsSync(input))
    .flatMap((input) => ["", "-wal", "-shm", "-journal"].map((end) => realpathSync(input) + end));
  if (taken.includes(realpathSync(output))) throw refused(output, "one of the inputs");
  const kept = keptKindOf(output);
  if (kept !== null && !may.includes(kept)) throw refused(output, NAMES[kept]);
}

const NAMES: Readonly<Record<Kept, string>> = {
  database: "a database",
  backup: "a backup",
  journal: "an undo journal",
  baseline: "a baseline",
  plan: "a saved plan",
  conversation: "a stored conversation",
};

function refused(output: string, what: string): DoctorError {
  return new DoctorError(
    "EXISTS",
    `${output}: is ${what}, which is never overwritten`,
    "name another file with --output",
  );
}

export interface OutputRules extends LineRules {
  /** True if it holds texts of the user: only this user may read the file. */
  readonly isPrivate?: boolean;
  /** Kinds of file that it may take the place of. */
  readonly may?: readonly Kept[];
}

/** Where the data of a command goes: a file, which takes its name when it is whole, or standard output. */
export interface Output {
  /**
   * Writes text piece by piece, waiting where the reader is slow. False where the reader went away.
   * @throws DoctorError READ_ONLY
   */
  write(pieces: Iterable<string>): Promise<boolean>;
  /** @throws DoctorError READ_ONLY */
  keep(): void;
  drop(): void;
}

/** @throws DoctorError READ_ONLY where the file cannot be written, EXISTS where it must not be lost */
export function openOutput(output: string | undefined, rules: OutputRules = {}): Output {
  const lines = { ...rules, color: rules.color === true && output === undefined };
  const safe = (pieces: Iterable<string>) => escapePieces(inBlocks(pieces), lines);
  if (output === undefined) return { write: (pieces) => writeOut(safe(pieces)), keep() {}, drop() {} };
  checkOutput(output, [], rules.may);
  const told = <Result>(work: () => Result): Result => {
    try {
      return work();
    } catch (error) {
      throw unwritable(output, error);
    }
  };
  const file = told(() => beginFile(output, rules.isPrivate ? "own" : "shared"));
  return {
    write: async (pieces) => {
      for (const block of safe(pieces)) told(() => file.write(block));
      return true;
    },
    keep: () => told(() => file.keep()),
    drop: () => file.drop(),
  };
}

/**
 * Writes the report after the work is done. If that fails, tells the result on standard error.
 * @throws DoctorError READ_ONLY
 */
export async function reportDone(
  output: Output,
  pieces: Iterable<string>,
  recap: () => Iterable<string>,
): Promise<void> {
  let arrived = false;
  try {
    const isWhole = await output.write(pieces);
    output.keep();
    arrived = isWhole;
  } finally {
    if (!arrived) talkText([...recap()].join(""));
  }
}

/** Writes all pieces. @throws DoctorError READ_ONLY, EXISTS */
export async function write(
  pieces: Iterable<string>,
  output?: string,
  rules?: OutputRules,
): Promise<boolean> {
  const to = openOutput(output, rules);
  try {
    const arrived = await to.write(pieces);
    to.keep();
    return arrived;
  } finally {
    to.drop();
  }
}

function unwritable(output: string, error: unknown): DoctorError {
  const why = error instanceof Error ? error.message : String(error);
  return new DoctorError("READ_ONLY", `${output}: cannot be written (${why})`);
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

async function writeOut(pieces: Iterable<string>): Promise<boolean> {
  const stream = process.stdout;
  let failure: (Error & { code?: string }) | null = null;
  const onError = (error: Error) => {
    failure = error;
    stream.emit("drain");
  };
  stream.on("error", onError);
  try {
    for (const block of pieces) {
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
  return failed === null;
}
