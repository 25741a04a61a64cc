import type { Move } from "../model/move.js";
import type { Severity } from "../model/report.js";

export interface ScanOptions {
  /** Grade for this host version; default: the version that the file records, else the newest known. */
  readonly hostVersion?: string;
  readonly providers?: readonly string[];
  /** The model that is asked, where the input does not say it. */
  readonly model?: string;
  readonly rules?: readonly string[];
  /** Leave out the findings of these rules. */
  readonly ignore?: readonly string[];
  /** Leave out findings of a lower severity. */
  readonly severity?: Severity;
  readonly sessions?: readonly string[];
  /** The time to judge at, ms since 1970; default: the clock. */
  readonly now?: number;
  /** Number of threads; default: by the size of the file. */
  readonly jobs?: number;
  /** Also run SQLite's page check. */
  readonly integrity?: boolean;
  /** Also report the sizes of tables and rows. */
  readonly size?: boolean;
  /** Also report sessions whose directory does not exist on this machine. */
  readonly checkDirectories?: boolean;
  /** Directories that moved: sessions in them are reported, to be moved too. */
  readonly moves?: readonly Move[];
  /** Grade for an import into this program: rows that it would lose are errors. */
  readonly target?: string;
  readonly showTitles?: boolean;
  /** Called when a scan has many findings: a program may then save memory. */
  readonly onManyFindings?: () => void;
  readonly onProgress?: (done: number, total: number, path: string) => void;
}
