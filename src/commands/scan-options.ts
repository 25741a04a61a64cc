import { DoctorError } from "../errors.js";
import { rank } from "../model/report.js";
import type { ScanOptions } from "../scan/options.js";
import { growHeapSlowly } from "./engine.js";
import type { CommonFlags } from "./flags.js";
import { termsOf } from "./terms.js";

/**
 * The scan options that the flags ask for.
 * @throws DoctorError USAGE if --severity leaves out findings that --fail-on counts
 */
export function scanOptionsOf(flags: CommonFlags, now: number): ScanOptions {
  if (flags.severity && rank[flags.failOn] > rank[flags.severity])
    throw new DoctorError(
      "USAGE",
      `--severity ${flags.severity} leaves out what --fail-on ${flags.failOn} counts`,
      `--severity ${flags.failOn}, or none`,
    );
  return {
    ...termsOf(flags),
    rules: flags.rule,
    severity: flags.severity,
    sessions: flags.session,
    now,
    jobs: flags.jobs,
    showTitles: flags.showTitles,
    onManyFindings: growHeapSlowly,
  };
}
