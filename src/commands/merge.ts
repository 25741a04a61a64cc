import { DoctorError } from "../errors.js";
import { exitCode } from "../exit-code.js";
import type { Severity, Shards } from "../model/report.js";
import { loadReporter } from "../reporters/index.js";
import { mergeReports, missingShards } from "../scan/merge.js";
import { mergeSarif, verdictOf } from "../scan/merge-sarif.js";
import { type ReportFile, readReportFile } from "../scan/read-reports.js";
import { checkOutput, type OutputFlags, reporterOptions, write } from "./output.js";
import { talk } from "./talk.js";

export interface MergeFlags extends OutputFlags {
  format?: string;
  failOn: Severity;
  now?: number;
}

/** Joins the reports of shards or machines into one. The exit code is that of one check of everything. */
export async function runMerge(paths: readonly string[], flags: MergeFlags): Promise<number> {
  checkOutput(flags.output, paths);
  const files: ReportFile[] = [];
  for (const path of paths) files.push(await readReportFile(path));
  const logs = files.filter((file) => file.kind === "sarif");
  if (logs.length === 0) return mergeDocuments(files, flags);
  const other = files.findIndex(({ kind }) => kind !== "sarif");
  if (other >= 0)
    throw new DoctorError(
      "USAGE",
      `${paths[other]}: is no SARIF, while ${logs[0]?.name} is: merge them apart`,
    );
  if ((flags.format ?? "sarif") !== "sarif")
    throw new DoctorError("USAGE", `SARIF logs are merged into SARIF, not into ${flags.format}`);
  const log = mergeSarif(logs);
  await write([`${JSON.stringify(log, null, 2)}\n`], flags.output);
  const { shards, ...verdict } = verdictOf(log);
  tellMissing(shards);
  return exitCode(verdict, flags.failOn);
}

async function mergeDocuments(files: readonly ReportFile[], flags: MergeFlags): Promise<number> {
  const documents = files.filter((file) => file.kind === "report");
  const report = mergeReports(documents.flatMap(({ reports }) => reports));
  const times = documents.flatMap(({ time }) => (time === undefined ? [] : [Date.parse(time)]));
  const now = flags.now ?? (times.length > 0 ? Math.max(...times) : Date.now());
  const { format = "json" } = flags;
  const shown = reporterOptions(flags, now, flags.failOn === "info" ? "info" : "warning");
  const rules = { color: shown.color, github: format === "github" };
  await write((await loadReporter(format))(report, shown), flags.output, rules);
  tellMissing(report.shards);
  return exitCode(report, flags.failOn);
}

function tellMissing(shards: Shards | undefined): void {
  if (!shards) return;
  const missing = missingShards(shards);
  talk(`missing: shard${missing.length === 1 ? "" : "s"} ${missing.join(", ")} of ${shards.of}`);
}
