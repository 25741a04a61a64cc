import { DoctorError } from "../errors.js";
import { rank } from "../model/report.js";
import type { ScanOptions } from "../scan/options.js";
import type { CommonFlags, TermFlags } from "./flags.js";
import { growHeapSlowly } from "./memory.js";

/** The terms on which conversations are judged. */
export function termsOf(
  flags: TermFlags,
): Pick<ScanOptions, "hostVersion" | "providers" | "model" | "ignore"> {
  return {
    hostVersion: flags.hostVersion,
    providers: flags.provider,
    model: flags.model,
    ignore: flags.ignore,
  };
}

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
