import { DoctorError } from "../errors.js";
import { countedExitCode, exitCode } from "../exit-code.js";
import { loadReporter } from "../reporters/index.js";
import type { Reporter } from "../reporters/reporter.js";
import { reportOf, scanStream } from "../scan/scan.js";
import type { Sink } from "../scan/sink.js";
import { discoveredInputs } from "./discovered.js";
import type { CommonFlags } from "./flags.js";
import { writeLines } from "./line-stream.js";
import { checkOutput, reporterOptions, write } from "./output.js";
import { pageParts, refuseTexts } from "./page.js";
import { startProgress } from "./progress.js";
import { scanOptionsOf } from "./scan-options.js";
import { talk } from "./talk.js";

export interface ScanFlags extends CommonFlags {
  integrity?: boolean;
  target?: string;
  size?: boolean;
  all?: boolean;
  long?: boolean;
  statistics?: boolean;
}

/** Scans the inputs that are named, else the databases of this machine. Returns the exit code. */
export async function runScan(paths: readonly string[], flags: ScanFlags): Promise<number> {
  refuseTexts(flags);
  const now = flags.now ?? Date.now();
  const inputs = paths.length > 0 ? paths : await foundOrEmpty(flags, now);
  if (inputs === null) return 2;
  checkOutput(flags.output, inputs);
  const isStream = flags.format === "ndjson";
  // Lines that come while the scan goes on would stand between the pieces of the bar.
  const bar = await startProgress(flags.quiet || isStream);
  const options = {
    ...scanOptionsOf(flags, now),
    integrity: flags.integrity,
    target: flags.target,
    size: flags.size,
    checkDirectories: paths.length === 0,
    onProgress: bar.update,
  };
  const show = flags.severity ?? (flags.failOn === "info" ? "info" : "warning");
  const shown = {
    ...reporterOptions(flags, now, show),
    filtered: (flags.rule ?? flags.ignore ?? flags.severity) !== undefined,
    choice: [...optionsOf("--rule", flags.rule), ...optionsOf("--session", flags.session)],
    all: flags.all,
    titles: flags.showTitles,
    content: flags.showContent,
    isFound: paths.length === 0,
  };
  if (isStream) {
    const scanInto = (sink: Sink) => scanStream(inputs, { ...options, sink }).finally(bar.stop);
    return countedExitCode(await writeLines(scanInto, flags.output, shown), flags.failOn);
  }
  const report = await scanStream(inputs, options).finally(bar.stop);
  const reporter = await reporterOf(flags);
  const page = await pageParts(report, flags, now);
  await write(reporter(report, { ...shown, page }), flags.output, {
    color: shown.color,
    github: flags.format === "github",
    isPrivate: flags.showContent,
  });
  return exitCode(report, flags.failOn);
}

function optionsOf(name: string, values: readonly string[] = []): string[] {
  return values.flatMap((value) => [name, value]);
}

/** The databases of this machine. Where there is none, a program gets a report that holds nothing and is incomplete. */
async function foundOrEmpty(flags: ScanFlags, now: number): Promise<string[] | null> {
  try {
    return discoveredInputs(flags.quiet);
  } catch (error) {
    if (flags.format === "table" || !(error instanceof DoctorError)) throw error;
    talk(error.message, ...error.details);
    const reporter = await loadReporter(flags.format);
    const nothing = { ...reportOf([], []), incomplete: true };
    await write(reporter(nothing, reporterOptions(flags, now, "warning")), flags.output);
    return null;
  }
}

/** The triage, unless findings were asked for. */
async function reporterOf(flags: ScanFlags): Promise<Reporter> {
  if (flags.format !== "table") return loadReporter(flags.format);
  if (flags.statistics) return (await import("../reporters/statistics.js")).statistics;
  const asks = flags.long || flags.size || flags.target || flags.rule || flags.severity || flags.session;
  return asks ? loadReporter("table") : (await import("../reporters/triage.js")).triage;
}
