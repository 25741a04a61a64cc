import { type Finding, type Report, rank, SEVERITIES, type Severity } from "./model/report.js";

/** 0: nothing at or above `failOn`; 1: findings at or above it; 2: could not finish. A finding beats an error. */
export function exitCode(
  report: { readonly findings: Iterable<Pick<Finding, "severity">>; readonly incomplete: boolean },
  failOn: Severity,
): 0 | 1 | 2 {
  for (const { severity } of report.findings) if (rank[severity] <= rank[failOn]) return 1;
  return report.incomplete ? 2 : 0;
}

/** The same for a report of which only the numbers of its findings are known. */
export function countedExitCode(
  { summary, incomplete }: Pick<Report, "summary" | "incomplete">,
  failOn: Severity,
): 0 | 1 | 2 {
  const findings = SEVERITIES.filter((severity) => summary[severity] > 0).map((severity) => ({ severity }));
  return exitCode({ findings, incomplete }, failOn);
}
