import type { Move } from "../model/move.js";
import type { Severity } from "../model/report.js";

export interface ScanOptions {
  /** Grade for this host version; default: what the file records, else the newest known. */
  readonly hostVersion?: string;
  readonly providers?: readonly string[];
  /** The model that is asked, where the input does not say it. */
  readonly model?: string;
  readonly rules?: readonly string[];
  /** Leave out what is graded lower. */
  readonly severity?: Severity;
  readonly sessions?: readonly string[];
  /** ms since 1970; default the clock. */
  readonly now?: number;
  /** Threads; default by the size of the file. */
  readonly jobs?: number;
  /** Also run SQLite's page check. */
  readonly integrity?: boolean;
  /** Say where the bytes are. */
  readonly size?: boolean;
  /** Say which sessions' directories are gone from this machine. */
  readonly checkDirectories?: boolean;
  /** Directories that moved: sessions below them are found. */
  readonly moves?: readonly Move[];
  /** Grade for an import there: what it would lose is an error. */
  readonly target?: string;
  readonly showTitles?: boolean;
  readonly onProgress?: (done: number, total: number, path: string) => void;
}
