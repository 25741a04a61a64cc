/** The JSON report, schemaVersion 1. Other programs rely on it. */

export const SEVERITIES = ["error", "warning", "info"] as const;
export type Severity = (typeof SEVERITIES)[number];
export type Safety = "safe" | "unsafe" | "none";
export type EffectKind =
  | "rejected"
  | "crash"
  | "loop"
  | "swallowed"
  | "unreadable"
  | "lost"
  | "misleads"
  | "cosmetic";
/** The kinds of effects, the worst first. */
export const WORST_FIRST: readonly EffectKind[] = [
  "unreadable",
  "crash",
  "loop",
  "swallowed",
  "rejected",
  "lost",
  "misleads",
  "cosmetic",
];
export type InputStatus = "ok" | "partial" | "unreadable" | "unsupported" | "truncated" | "busy";

/** True for an input that was read, at least in part. */
export function isRead({ status }: Pick<InputReport, "status">): boolean {
  return status === "ok" || status === "partial";
}

export interface Effect {
  target: string;
  effect: EffectKind;
  /** Semver range of the host versions with this effect; absent if all have it. */
  hosts?: string;
  error?: string;
}

/** The first character of a value in a text file. Line and column count from 1, columns in UTF-16 code units. */
export interface Place {
  line: number;
  column: number;
}

export interface Finding {
  rule: string;
  severity: Severity;
  input: string;
  session: string | null;
  message?: string;
  part?: string;
  position?: number;
  callId?: string;
  /** The place in a JSON input; absent for rows of a database. */
  location?: Place;
  evidence: Record<string, unknown>;
  effects: Effect[];
  repair: { safety: Safety; action?: string };
  fingerprint: string;
}

/** Facts by which the owner recognises a conversation, without its content. Sizes in bytes, times in ms. */
export interface SessionNote {
  id: string;
  folder: string | null;
  updated: number | null;
  size: number;
  messages: number;
  title?: string;
}

/** The rows that opencode 2 would silently leave out when it imports the file. */
export interface Readiness {
  target: string;
  /** `sessions`: conversations of which no message would arrive. A lost message counts with its parts. */
  dropped: { sessions: number; messages: number; parts: number };
  sessionsAffected: number;
  /** Lost rows by the rule that reports them; two rules may count the same row. */
  byRule: Record<string, { messages: number; parts: number }>;
  /** Conversations that opencode 2 has not imported yet, if the file also holds its tables. */
  notImported?: number;
}

/** The sizes of a database's tables and rows, and the bytes that could be freed. Holds ids, names and sizes only. */
export interface SizeReport {
  file: number;
  wal: number;
  pageSize: number;
  pages: number;
  freePages: number;
  /** Largest first. `indexes`: bytes of the table's indexes, which `bytes` does not include. */
  tables: { name: string; bytes: number; indexes: number }[];
  /** opencode's event log with its indexes. `share`: of the file's pages, 0 to 1. */
  events?: { bytes: number; share: number };
  largestSessions: { session: string; bytes: number }[];
  largestRows: { table: string; id: string; session: string; bytes: number }[];
  reclaimable: Reclaimable[];
}

export interface Reclaimable {
  what: "free-pages" | "wal" | "events";
  bytes: number;
  /** True if no conversation can lose anything. */
  safe: boolean;
  how: string;
}

export interface InputReport {
  path: string;
  /** The id of the store, the kind of document, or `unknown`. */
  kind: string;
  /** Of captured requests: the formats that were recognised. */
  formats?: string[];
  /** The logs and recordings that the requests lie in. */
  wrappers?: string[];
  /** The program, where it is a fork of the usual one. */
  host?: string;
  hostVersion: string | null;
  hostVersionFrom?: "option" | "file" | "newest-known";
  status: InputStatus;
  error?: { code: string; message: string };
  notes?: string[];
  counts: { sessions: number; messages: number; parts: number };
  sessions?: SessionNote[];
  /** Directories that do not exist on this machine, and the number of their conversations; discovered databases only. */
  gone?: { directory: string; sessions: number }[];
  /** Other processes that have the database open, where the system tells. */
  holders?: { pid: number; name: string }[];
  readiness?: Readiness;
  size?: SizeReport;
}

/** A list of findings that is read one by one, so that a hundred thousand of them need little memory. */
export interface Findings extends Iterable<Finding> {
  readonly length: number;
}

/** Numbers of findings, of conversations with an error or a warning, and of inputs that were not read whole. */
export interface Summary extends Record<Severity, number> {
  sessionsAffected: number;
  /** If it is not 0, the findings are not all there is. */
  unread: number;
}

/** `has`: the numbers of the shards, from 1, in order. `of`: how many there are. */
export interface Shards {
  of: number;
  has: number[];
}

export interface Report {
  schemaVersion: 1;
  tool: { name: string; version: string };
  incomplete: boolean;
  inputs: InputReport[];
  /** Number of files in searched folders that are of no known kind. */
  skipped?: number;
  /** The first hundred of them by name. */
  skippedFiles?: string[];
  /** The shards of the files that this report holds; absent where it holds all files. */
  shards?: Shards;
  /** Number of findings that the baseline accepts; `findings` does not hold them. */
  accepted?: number;
  summary: Summary;
  findings: Finding[];
}

/** A report whose findings are written one by one. */
export type ReportStream = Omit<Report, "findings"> & { findings: Findings };

export const rank: Record<Severity, number> = { error: 0, warning: 1, info: 2 };
