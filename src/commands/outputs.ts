/**
 * The JSON that the commands print, as types. The schemas in src/schemas are made from these types (`npm run schemas`).
 * A type that is named here is the root of one schema.
 */
import type { Finding, InputReport, Report, SessionNote, Shards, Summary } from "../model/report.js";
import type { Applied } from "../repair/apply.js";
import type { PastRepair } from "../repair/history.js";
import type { MendedConversation } from "../repair/json.js";
import type { AnyOperation, RepairPlan, SessionPlan } from "../repair/plan.js";
import type { Restored } from "../repair/restore.js";
import type { Worded } from "../reporters/json.js";
import type { ReplayReport } from "../scan/replay.js";
import type { SessionEntry } from "../scan/sessions.js";
import type { Entry } from "../scan/timeline.js";

/** `scan`, `check` and `merge` with `--format json`. */
export interface ReportOutput extends Omit<Report, "findings"> {
  findings: Worded[];
}

/** A line of `scan`, `check` and `merge` with `--format ndjson`. */
export type LineOutput = SessionLine | FindingLine | InputLine | SummaryLine;

interface Line {
  schemaVersion: 1;
  /** The time of the scan, ISO 8601. */
  time: string;
  /** The machine's name, with `--show-machine`. */
  machine?: string;
}

interface OfInput extends Line {
  /** The id of the store, the kind of document, or `unknown`. */
  store: string;
  /** The path of the input. */
  database: string;
  hostVersion: string | null;
}

/** Stands before the first finding of a conversation. */
export interface SessionLine extends OfInput, Omit<SessionNote, "id"> {
  type: "session";
  session: string;
}

export interface FindingLine extends OfInput, Omit<Worded, "input"> {
  type: "finding";
}

/** Stands after the findings of an input. */
export interface InputLine extends OfInput, Omit<InputReport, "path" | "kind" | "sessions" | "hostVersion"> {
  type: "input";
}

/** The last line. */
export interface SummaryLine
  extends Line,
    Pick<Report, "tool" | "incomplete" | "skipped" | "skippedFiles" | "accepted"> {
  type: "summary";
  shards?: Shards;
  summary: Summary;
}

/** `repair --format json` of a database or a file of lines: the plan, which `repair --plan` takes. */
export interface PlanOutput extends Omit<RepairPlan<AnyOperation>, "sessions"> {
  sessions: SessionPlan<AnyOperation>[];
}

/** `repair --backup --format json`: the result, without the content of any row. */
export interface RepairOutput extends Omit<Applied, "sessions" | "after"> {
  schemaVersion: 1;
  database: string;
  sessions: RepairedSession[];
  /** The findings of the scan after the repair. */
  remaining: Finding[];
}

export interface RepairedSession extends Pick<SessionPlan, "session" | "mended" | "remaining"> {
  rows: Pick<AnyOperation, "kind" | "table" | "id" | "rules">[];
}

/** `repair --format json` of a captured request or an export. */
export interface MendOutput {
  schemaVersion: 1;
  input: string;
  /** The file that was written, if one was. */
  output: string | null;
  backup: string | null;
  conversations: readonly MendedConversation[];
}

/** `inspect --format json`. */
export interface InspectOutput {
  schemaVersion: 1;
  session: SessionNote;
  hostVersion: string;
  entries: Entry[];
  findings: Finding[];
}

/** `replay --format json`. */
export type ReplayOutput = ReplayReport;

/** `restore --format json`: of a restore, of `--list`, or of `--prune`. */
export type RestoreOutput = RestoredOutput | RepairsOutput | PrunedOutput;

export interface RestoredOutput extends Restored {
  schemaVersion: 1;
}

export interface RepairsOutput {
  schemaVersion: 1;
  repairs: PastRepair[];
}

export interface PrunedOutput {
  schemaVersion: 1;
  /** The backups that were removed. */
  removed: { path: string; size: number }[];
}

/** `sessions --format json`. */
export interface SessionsOutput {
  schemaVersion: 1;
  sessions: (Omit<SessionEntry, "title"> & Partial<Pick<SessionEntry, "title">>)[];
}
