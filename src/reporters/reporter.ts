import type { ReportStream, Severity } from "../model/report.js";
import type { PageParts } from "./html/parts.js";

export interface ReporterOptions {
  /** Columns of the terminal; 80 without a terminal. */
  readonly width: number;
  readonly color: boolean;
  /** The time of the report, ms since 1970. */
  readonly now: number;
  /** The time zone of dates; absent for that of this machine. */
  readonly timeZone?: string;
  /** The lowest severity that is listed. */
  readonly show: Severity;
  /** The lowest severity that fails the run; default: error. */
  readonly failOn?: Severity;
  /** Entries of the baseline that fail the run, because they are gone. */
  readonly stale?: readonly { readonly rule: string; readonly session: string | null }[];
  /** This machine's name, for reports of many machines. */
  readonly machine?: string;
  readonly home?: string;
  /** True if the user asked for some rules or severities only. */
  readonly filtered?: boolean;
  /** The options by which the user chose rules and conversations: the next command has them, too. */
  readonly choice?: readonly string[];
  /** True if the inputs were discovered: a next command finds them, too. */
  readonly isFound?: boolean;
  /** True to print titles of conversations. */
  readonly titles?: boolean;
  /** True to print texts of conversations. */
  readonly content?: boolean;
  /** Pictures and conversations for the format that draws them. */
  readonly page?: PageParts;
  /** True to list every conversation. */
  readonly all?: boolean;
  /** True to print the result only. */
  readonly quiet?: boolean;
}

/** A pure function from a report to text. It yields pieces, so that a large report is never one string. */
export type Reporter = (report: ReportStream, options: ReporterOptions) => Iterable<string>;
