import { appendFileSync, existsSync } from "node:fs";
import { glob } from "tinyglobby";
import { asDoctorError, DoctorError } from "../errors.js";
import { escapeLines } from "../escapes.js";
import { exitCode } from "../exit-code.js";
import { isServer } from "../files/postgres/name.js";
import { replaceFile } from "../files/whole-file.js";
import { append } from "../model/numbers.js";
import type { Findings } from "../model/report.js";
import { loadReporter } from "../reporters/index.js";
import { baselineOf, compareBaseline, readBaseline } from "../scan/baseline.js";
import { expandInputs, type Inputs } from "../scan/inputs.js";
import { reportOf, scanInputs, scanStream } from "../scan/scan.js";
import { type CommonFlags, scanOptionsOf } from "./flags.js";
import { checkOutput, reporterOptions, write } from "./output.js";
import { talk } from "./talk.js";

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
  if (flags.updateBaseline && flags.baseline && existsSync(flags.baseline)) readBaseline(flags.baseline);
  const options = scanOptionsOf(flags, now);
  const whole = flags.shard
    ? await scanInputs(shareOf(expandInputs(inputs), flags.shard), options)
    : await scanStream(inputs, options);
  if (flags.baseline && flags.updateBaseline) {
    if (whole.incomplete) {
      talk("not every input could be read: the baseline stays as it is");
      return 2;
    }
    writeBaseline(flags.baseline, whole.findings);
    talk(`${whole.findings.length} findings accepted in ${flags.baseline}`);
    return 0;
  }
  const { fresh, stale } = flags.baseline
    ? compareBaseline(whole.findings, readBaseline(flags.baseline))
    : { fresh: whole.findings, stale: [] };
  for (const { rule, session } of isPart ? [] : stale)
    talk(`stale in the baseline: ${rule} ${session ?? ""}`);
  const accepted = whole.findings.length - fresh.length;
  const report = { ...whole, ...reportOf(whole.inputs, fresh), ...(accepted > 0 && { accepted }) };
  const shown = reporterOptions(flags, now, flags.severity ?? (flags.failOn === "info" ? "info" : "warning"));
  const rules = { color: shown.color, github: flags.format === "github" };
  await write((await loadReporter(flags.format))(report, shown), flags.output, rules);
  const summary = process.env.GITHUB_STEP_SUMMARY;
  if (flags.format === "github" && summary)
    appendFileSync(summary, escapeLines(cut([...(await loadReporter("markdown"))(report, shown)].join(""))));
  return exitCode(report, flags.failOn) || (flags.failOnStale && stale.length > 0 ? 1 : 0);
}

function writeBaseline(path: string, findings: Findings): void {
  try {
    replaceFile(path, `${escapeLines(JSON.stringify(baselineOf(findings), null, 2))}\n`, "shared");
  } catch (error) {
    throw asDoctorError(error, path);
  }
}

/** GitHub refuses a summary over 1 MiB. */
function cut(text: string): string {
  return text.length < 1_000_000
    ? text
    : `${text.slice(0, text.lastIndexOf("\n", 990_000))}\n\nThe rest does not fit here.\n`;
}

async function matching(patterns: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const pattern of patterns) {
    if (pattern === "-" || isServer(pattern) || existsSync(pattern) || !/[*?[\]{}]/.test(pattern))
      found.push(pattern);
    else {
      const paths = (
        await glob(pattern, { onlyFiles: false, expandDirectories: false, followSymbolicLinks: false })
      ).sort();
      // Told like a file that is not there: the others are scanned.
      append(found, paths.length > 0 ? paths : [pattern]);
    }
  }
  return found;
}

/** The files of one shard. The first shard also reports the paths that could not be read. */
function shareOf({ files, failures, skipped }: Inputs, { index, of }: { index: number; of: number }): Inputs {
  const own = files.filter((_, place) => place % of === index - 1);
  return index === 1 ? { files: own, failures, skipped } : { files: own, failures: [], skipped: 0 };
}
