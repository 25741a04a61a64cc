/** The JSON report, schemaVersion 1: what other programs may rely on. */

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
export type InputStatus = "ok" | "partial" | "unreadable" | "unsupported" | "truncated" | "busy";

export interface Effect {
  target: string;
  effect: EffectKind;
  /** Semver range of host versions on which it happens; absent: on all. */
  hosts?: string;
  error?: string;
}

/** Where a value begins in a text file: both from 1, columns in UTF-16 code units. */
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
  /** In a JSON input; the rows of a database have none. */
  location?: Place;
  evidence: Record<string, unknown>;
  effects: Effect[];
  repair: { safety: Safety; action?: string };
  fingerprint: string;
}

/** What lets an owner know a conversation again, without its content. Sizes in bytes, times in ms. */
export interface SessionNote {
  id: string;
  folder: string | null;
  updated: number | null;
  size: number;
  messages: number;
  title?: string;
}

/** What opencode 2 would silently leave out when it imports the file. */
export interface Readiness {
  target: string;
  /** `sessions`: conversations of which no message would arrive. A message takes its parts with it. */
  dropped: { sessions: number; messages: number; parts: number };
  sessionsAffected: number;
  /** Rows by the rule that names them; one row may count at two rules. */
  byRule: Record<string, { messages: number; parts: number }>;
  /** Files that also hold opencode 2's tables: conversations that it does not have. */
  notImported?: number;
}

/** Where a database's bytes are, and which of them could be had back. Ids, names and sizes only. */
export interface SizeReport {
  file: number;
  wal: number;
  pageSize: number;
  pages: number;
  freePages: number;
  /** Largest first; `indexes`: bytes of the table's indexes, not in `bytes`. */
  tables: { name: string; bytes: number; indexes: number }[];
  /** opencode's event log with its indexes; `share` of the file's pages, 0 to 1. */
  events?: { bytes: number; share: number };
  largestSessions: { session: string; bytes: number }[];
  largestRows: { table: string; id: string; session: string; bytes: number }[];
  reclaimable: Reclaimable[];
}

export interface Reclaimable {
  what: "free-pages" | "wal" | "events";
  bytes: number;
  /** Nothing of a conversation can be lost by it. */
  safe: boolean;
  how: string;
}

export interface InputReport {
  path: string;
  /** The store, the kind of document, or `unknown`. */
  kind: string;
  /** Of captured requests: the formats that were recognised. */
  formats?: string[];
  hostVersion: string | null;
  hostVersionFrom?: "option" | "file" | "newest-known";
  status: InputStatus;
  error?: { code: string; message: string };
  notes?: string[];
  counts: { sessions: number; messages: number; parts: number };
  sessions?: SessionNote[];
  readiness?: Readiness;
  size?: SizeReport;
}

/** Findings one by one: of a hundred thousand of them, a few are in memory at a time. */
export interface Findings extends Iterable<Finding> {
  readonly length: number;
}

export interface Report {
  schemaVersion: 1;
  tool: { name: string; version: string };
  incomplete: boolean;
  inputs: InputReport[];
  /** Files of searched folders that are of no known kind. */
  skipped?: number;
  /** Findings that a baseline accepts; they are not among the others. */
  accepted?: number;
  summary: { error: number; warning: number; info: number; sessionsAffected: number };
  findings: Finding[];
}

/** A report as it is written: its findings are gone through in order. */
export type ReportStream = Omit<Report, "findings"> & { findings: Findings };

export const rank: Record<Severity, number> = { error: 0, warning: 1, info: 2 };
