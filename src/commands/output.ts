import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { homedir } from "node:os";
import type { Writable } from "node:stream";
import { DoctorError } from "../errors.js";
import type { Severity } from "../model/report.js";
import type { ReporterOptions } from "../reporters/reporter.js";

export interface OutputFlags {
  readonly output?: string;
  readonly color?: boolean;
  readonly quiet?: boolean;
}

export function wantsColor(flags: OutputFlags, stream: NodeJS.WriteStream = process.stdout): boolean {
  if (flags.color === false || flags.output || process.env.NO_COLOR || process.env.TERM === "dumb")
    return false;
  return stream.isTTY === true;
}

export function reporterOptions(flags: OutputFlags, now: number, show: Severity): ReporterOptions {
  return {
    width: Math.max(60, Math.min(process.stdout.columns ?? 80, 100)),
    color: wantsColor(flags),
    now,
    show,
    home: homedir(),
    quiet: flags.quiet,
  };
}

/** Writes text piece by piece, waiting where the reader is slow. A reader that went away ends it quietly. */
export async function write(pieces: Iterable<string>, output?: string): Promise<void> {
  const stream: Writable = output ? createWriteStream(output) : process.stdout;
  const failed = once(stream, "error").then(([error]: unknown[]) => {
    if ((error as { code?: string }).code === "EPIPE") return;
    throw new DoctorError("READ_ONLY", `${output}: cannot be written (${(error as Error).message})`);
  });
  const written = (async () => {
    for (const piece of pieces) if (!stream.write(piece)) await Promise.race([once(stream, "drain"), failed]);
    if (output) await new Promise<void>((resolve) => stream.end(() => resolve()));
  })();
  await Promise.race([written, failed]);
}
