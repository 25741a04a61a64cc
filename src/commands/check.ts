import { appendFileSync, existsSync, writeFileSync } from "node:fs";
import { glob } from "tinyglobby";
import { DoctorError } from "../errors.js";
import { exitCode } from "../exit-code.js";
import { loadReporter } from "../reporters/index.js";
import { safeText } from "../reporters/safe-text.js";
import { baselineOf, compareBaseline, readBaseline } from "../scan/baseline.js";
import { expandInputs, type Inputs } from "../scan/inputs.js";
import { reportOf, scanInputs, scanStream } from "../scan/scan.js";
import { type CommonFlags, scanOptionsOf } from "./flags.js";
import { checkOutput, reporterOptions, write } from "./output.js";

export interface CheckFlags extends CommonFlags {
  baseline?: string;
  updateBaseline?: boolean;
  failOnStale?: boolean;
  shard?: { index: number; of: number };
}

const WHOLE = "the whole: no --shard, --session, --rule or --severity";

/** Scans files, folders and globs for CI. The exit code tells the result. */
export async function runCheck(patterns: readonly string[], flags: CheckFlags): Promise<number> {
  const now = flags.now ?? Date.now();
  if (flags.updateBaseline && !flags.baseline)
    throw new DoctorError("USAGE", "--update-baseline needs --baseline FILE");
  const isPart = Boolean(flags.shard || flags.session || flags.rule || flags.severity);
  if (flags.failOnStale && (!flags.baseline || isPart))
    throw new DoctorError("USAGE", `--fail-on-stale needs --baseline FILE, and ${WHOLE}`);
  if (flags.updateBaseline && isPart) throw new DoctorError("USAGE", `--update-baseline accepts ${WHOLE}`);
  const inputs = await matching(patterns);
  checkOutput(flags.output, [...inputs, flags.baseline]);
  if (flags.updateBaseline && existsSync(flags.baseline!)) readBaseline(flags.baseline!);
  const options = scanOptionsOf(flags, now);
  const whole = flags.shard
    ? await scanInputs(shareOf(expandInputs(inputs), flags.shard), options)
    : await scanStream(inputs, options);
  if (flags.baseline && flags.updateBaseline) {
    if (whole.incomplete) {
      process.stderr.write("not every input could be read: the baseline stays as it is\n");
      return 2;
    }
    writeFileSync(flags.baseline, `${JSON.stringify(baselineOf(whole.findings), null, 2)}\n`);
    process.stderr.write(`${whole.findings.length} findings accepted in ${safeText(flags.baseline)}\n`);
    return 0;
  }
  const { fresh, stale } = flags.baseline
    ? compareBaseline(whole.findings, readBaseline(flags.baseline))
    : { fresh: whole.findings, stale: [] };
  for (const { rule, session } of isPart ? [] : stale)
    process.stderr.write(`stale in the baseline: ${safeText(rule)} ${safeText(session ?? "")}\n`);
  const accepted = whole.findings.length - fresh.length;
  const report = { ...whole, ...reportOf(whole.inputs, fresh), ...(accepted > 0 && { accepted }) };
  const shown = reporterOptions(flags, now, flags.severity ?? (flags.failOn === "info" ? "info" : "warning"));
  await write((await loadReporter(flags.format))(report, shown), flags.output);
  const summary = process.env.GITHUB_STEP_SUMMARY;
  if (flags.format === "github" && summary)
    appendFileSync(summary, cut([...(await loadReporter("markdown"))(report, shown)].join("")));
  return exitCode(report, flags.failOn) || (flags.failOnStale && stale.length > 0 ? 1 : 0);
}

/** GitHub refuses a job summary over 1 MiB. */
function cut(text: string): string {
  return text.length < 1_000_000
    ? text
    : `${text.slice(0, text.lastIndexOf("\n", 990_000))}\n\nThe rest does not fit here.\n`;
}

async function matching(patterns: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const pattern of patterns) {
    if (pattern === "-" || existsSync(pattern) || !/[*?[\]{}]/.test(pattern)) found.push(pattern);
    else {
      const paths = (
        await glob(pattern, { onlyFiles: false, expandDirectories: false, followSymbolicLinks: false })
      ).sort();
      // A pattern that matches nothing is reported like a missing file; the other inputs are scanned.
      found.push(...(paths.length > 0 ? paths : [pattern]));
    }
  }
  return found;
}

/** The files of one shard. The first shard also reports the paths that could not be read. */
function shareOf({ files, failures, skipped }: Inputs, { index, of }: { index: number; of: number }): Inputs {
  const own = files.filter((_, place) => place % of === index - 1);
  return index === 1 ? { files: own, failures, skipped } : { files: own, failures: [], skipped: 0 };
}
