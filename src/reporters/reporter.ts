import type { ReportStream, Severity } from "../model/report.js";

export interface ReporterOptions {
  /** Columns of the terminal; 80 where there is none. */
  readonly width: number;
  readonly color: boolean;
  /** ms since 1970. */
  readonly now: number;
  /** Lowest severity that a table lists. */
  readonly show: Severity;
  readonly home?: string;
  /** Some rules or severities were not asked for. */
  readonly filtered?: boolean;
  /** Leave out everything but the result. */
  readonly quiet?: boolean;
}

/** A pure function from a report to text, in pieces so that a large report is never one string. */
export type Reporter = (report: ReportStream, options: ReporterOptions) => Iterable<string>;
