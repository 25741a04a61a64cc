import { type Finding, rank, type Severity } from "./model/report.js";

/** 0: nothing at or above `failOn`; 1: findings at or above it; 2: could not finish. A finding beats an error. */
export function exitCode(
  report: { readonly findings: readonly Pick<Finding, "severity">[]; readonly incomplete: boolean },
  failOn: Severity,
): 0 | 1 | 2 {
  if (report.findings.some((finding) => rank[finding.severity] <= rank[failOn])) return 1;
  return report.incomplete ? 2 : 0;
}
