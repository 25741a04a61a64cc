import type { Finding, InputReport, SessionNote } from "../model/report.js";
import type { ScanOptions } from "./options.js";

/** Findings of one input, in order, with notes of their conversations. */
export interface Found {
  readonly input: Pick<InputReport, "path" | "kind" | "hostVersion">;
  readonly findings: readonly Finding[];
  readonly sessions: readonly SessionNote[];
}

/** Takes what a scan finds while the scan goes on. */
export interface Sink {
  /** Takes findings. Settles when the reader wants more. */
  take(found: Found): Promise<void>;
  /** Takes the report of an input whose findings are all told. */
  end(input: InputReport): Promise<void>;
  /** True if nobody reads any more: the scan ends early. */
  readonly isClosed: boolean;
}

/** `sink`: gets the findings; the report then holds none. */
export interface StreamOptions extends ScanOptions {
  readonly sink?: Sink;
}
