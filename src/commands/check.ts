import { appendFileSync, existsSync } from "node:fs";
import { asDoctorError, DoctorError } from "../errors.js";
import { escapeLines } from "../escapes.js";
import { countedExitCode } from "../exit-code.js";
import { replaceFile } from "../files/whole-file.js";
import { only } from "../model/findings.js";
import { plural } from "../model/numbers.js";
import type { Findings, ReportStream } from "../model/report.js";
import { loadReporter } from "../reporters/index.js";
import type { ReporterOptions } from "../reporters/reporter.js";
import { Acceptance, baselineOf, readBaseline } from "../scan/baseline.js";
import { reportOf, scanInputs, scanNamed } from "../scan/scan.js";
import type { Sink } from "../scan/sink.js";
import { filesOf, listedPaths } from "./check-inputs.js";
import type { CommonFlags } from "./flags.js";
import { writeLines } from "./line-stream.js";
import { checkOutput, reporterOptions, write } from "./output.js";
import { pageParts, refuseTexts } from "./page.js";
import { scanOptionsOf } from "./scan-options.js";
import { shardOf, shareOf } from "./shard.js";
import { talk } from "./talk.js";

export interface CheckFlags extends CommonFlags {
  baseline?: string;
  updateBaseline?: boolean;
  failOnStale?: boolean;
  /** `i/n`, or `auto`. */
  shard?: string;
  fromList?: string;
}

const WHOLE = "the whole: no --shard, --session, --rule or --severity";

/** Scans files, folders and globs for CI. The exit code tells the result. */
export async function runCheck(patterns: readonly string[], flags: CheckFlags): Promise<number> {
  refuseTexts(flags);
  const now = flags.now ?? Date.now();
  const isPart = Boolean(flags.shard || flags.session || flags.rule || flags.severity);
  refuseContradictions(flags, isPart);
  const shard = flags.shard === undefined ? undefined : shardOf(flags.shard, process.env);
  const paths = await pathsOf(patterns, flags);
  const all = await filesOf(patterns, paths.listed);
  checkOutput(flags.output, [...all.files.map(({ path }) => path), flags.baseline]);
  if (flags.updateBaseline && flags.baseline && existsSync(flags.baseline)) readBaseline(flags.baseline);
  const options = scanOptionsOf(flags, now);
  const scan = async (sink?: Sink) => ({
    ...(await (shard
      ? scanInputs(shareOf(all, shard), { ...options, sink })
      : scanNamed(paths.all, all, { ...options, sink }))),
    ...(shard && { shards: { of: shard.of, has: [shard.index] } }),
  });
  if (flags.baseline && flags.updateBaseline) return acceptAll(await scan(), flags.baseline);
  const baseline = flags.baseline && new Acceptance(readBaseline(flags.baseline));
  const shown = reporterOptions(flags, now, flags.severity ?? (flags.failOn === "info" ? "info" : "warning"));
  const staleOf = () => (baseline && !isPart ? baseline.stale() : []);
  const report =
    flags.format === "ndjson"
      ? await writeLines(scan, flags.output, shown, baseline ? baseline.isFresh : undefined)
      : await writeWhole(withoutAccepted(await scan(), baseline), flags, {
          ...shown,
          ...(flags.failOnStale && { stale: staleOf() }),
        });
  const stale = staleOf();
  for (const { rule, session } of stale) talk(`stale in the baseline: ${rule} ${session ?? ""}`);
  return countedExitCode(report, flags.failOn) || (flags.failOnStale && stale.length > 0 ? 1 : 0);
}

/** @throws DoctorError USAGE where there is no input, and the errors of reading a list */
async function pathsOf(
  patterns: readonly string[],
  { fromList }: CheckFlags,
): Promise<{ all: string[]; listed: string[] }> {
  if (patterns.length === 0 && fromList === undefined)
    throw new DoctorError(
      "USAGE",
      "check needs an input",
      "name files, folders or globs, or --from-list FILE",
    );
  if (fromList === "-" && patterns.includes("-"))
    throw new DoctorError("USAGE", "standard input is either the list or an input");
  const listed = fromList === undefined ? [] : await listedPaths(fromList);
  return { all: [...patterns, ...listed], listed };
}

/** @throws DoctorError USAGE */
function refuseContradictions(flags: CheckFlags, isPart: boolean): void {
  if (flags.updateBaseline && !flags.baseline)
    throw new DoctorError("USAGE", "--update-baseline needs --baseline FILE");
  if (flags.failOnStale && (!flags.baseline || isPart))
    throw new DoctorError("USAGE", `--fail-on-stale needs --baseline FILE, and ${WHOLE}`);
  if (flags.updateBaseline && isPart) throw new DoctorError("USAGE", `--update-baseline accepts ${WHOLE}`);
}

/** Writes the baseline that accepts every finding. Returns the exit code. */
function acceptAll({ incomplete, findings }: ReportStream, baseline: string): number {
  if (incomplete) {
    talk("not every input could be read: the baseline stays as it is");
    return 2;
  }
  writeBaseline(baseline, findings);
  talk(`${plural(findings.length, "finding")} accepted in ${baseline}`);
  return 0;
}

function withoutAccepted(whole: ReportStream, baseline: Acceptance | undefined | ""): ReportStream {
  if (!baseline) return whole;
  const fresh = only(whole.findings, baseline.isFresh);
  const accepted = whole.findings.length - fresh.length;
  return { ...whole, ...reportOf(whole.inputs, fresh), ...(accepted > 0 && { accepted }) };
}

async function writeWhole(
  report: ReportStream,
  flags: CheckFlags,
  shown: ReporterOptions,
): Promise<ReportStream> {
  const rules = { color: shown.color, github: flags.format === "github", isPrivate: flags.showContent };
  const page = await pageParts(report, flags, shown.now);
  const filtered = (flags.rule ?? flags.ignore ?? flags.severity) !== undefined;
  const told = { ...shown, content: flags.showContent, titles: flags.showTitles, filtered, page };
  await write((await loadReporter(flags.format))(report, told), flags.output, rules);
  const summary = process.env.GITHUB_STEP_SUMMARY;
  if (flags.format === "github" && summary)
    appendFileSync(summary, escapeLines(cut([...(await loadReporter("markdown"))(report, shown)].join(""))));
  return report;
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
