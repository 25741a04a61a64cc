import { isAbsolute } from "node:path";
import { rowOf } from "../../../files/tables.js";
import type { Conversation, Defect, Json, Row } from "../../../model/conversation.js";
import { parseJson } from "../../../model/json.js";
import { asString, isObject, wordOf } from "../../../model/text.js";
import type { Feature } from "../replay/versions.js";
import { SESSION } from "../tables.js";
import type { OpencodeMessage } from "./message.js";
import { isDiff } from "./strict.js";

export interface OpencodeConversation extends Conversation {
  readonly messages: readonly OpencodeMessage[];
  readonly revert: { readonly message: string; readonly part?: string } | null;
  readonly project: { readonly id: string; readonly known: boolean };
  /** The time (ms since 1970) at which a compaction began. */
  readonly compacting: number | null;
  /** True if opencode 2 has imported it: these rows are leftovers. */
  readonly imported: boolean;
  /** True for an export: its next prompt comes before the ids wrap, whenever it is read. */
  readonly exported: boolean;
}

/** A session row as stored; columns of later schemas may be absent. */
export interface SessionRow extends Partial<Record<(typeof SESSION_NUMBERS)[number], unknown>> {
  rowid: number;
  id: string;
  project_id: unknown;
  project_known: number;
  imported: number;
  /** 0: it names a workspace that is not there. */
  workspace_known?: number;
  exported: number;
  directory: unknown;
  title: unknown;
  version: unknown;
  time_created: unknown;
  time_updated: unknown;
  parent_id?: unknown;
  workspace_id?: unknown;
  revert?: unknown;
  permission?: unknown;
  summary_diffs?: unknown;
  metadata?: unknown;
  model?: unknown;
  time_compacting?: unknown;
  time_archived?: unknown;
}

/** Columns that the host counts in. */
const SUMMARY_COUNTS = ["summary_additions", "summary_deletions", "summary_files"] as const;
export const SESSION_NUMBERS = [
  "cost",
  "tokens_input",
  "tokens_output",
  "tokens_reasoning",
  "tokens_cache_read",
  "tokens_cache_write",
  ...SUMMARY_COUNTS,
] as const;

export function decodeSession(
  session: SessionRow,
  messages: readonly OpencodeMessage[],
  size: number,
): OpencodeConversation {
  const row: Row = {
    ...rowOf(SESSION, String(session.id), session.rowid),
    created: time(session.time_created),
    updated: time(session.time_updated),
  };
  const defects = sessionDefects(row, session);
  const revert = parseJson(session.revert);
  return {
    id: row.id,
    store: "opencode",
    row,
    messages,
    size,
    title: asString(session.title) ?? "",
    directory: asString(session.directory) ?? null,
    version: asString(session.version) ?? null,
    created: row.created,
    updated: row.updated,
    parent: asString(session.parent_id) ?? null,
    revert: revert ? revertOf(revert) : null,
    // An export need not name a project: an import puts it into the one that it runs in.
    project: {
      id: String(session.project_id),
      known: session.project_known === 1 || (session.exported === 1 && session.project_id === null),
    },
    compacting: time(session.time_compacting),
    imported: session.imported === 1,
    exported: session.exported === 1,
    ...(defects.length > 0 && { defects }),
  };
}

/** A revert mark that names no message: hosts that go by ids then keep no message. */
function revertOf(mark: Json): OpencodeConversation["revert"] {
  const { messageID, partID } = isObject(mark) ? mark : {};
  return { message: asString(messageID) ?? "", part: asString(partID) };
}

function time(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}

/** The columns for which opencode answers 400 or 500 at the session, most of them also at the list of sessions. */
function sessionDefects(row: Row, session: SessionRow): Defect[] {
  const defects: Defect[] = [];
  const refuse = (column: string, expected: string, on?: Feature) =>
    defects.push({ row, path: `$.${column}`, expected, rule: "unlistable-session", ...(on && { on }) });
  for (const [column, isRight] of Object.entries(JSON_COLUMNS)) {
    const value = session[column as keyof SessionRow];
    if (value === undefined || value === null) continue;
    const parsed = parseJson(value);
    if (parsed === undefined) refuse(column, NO_JSON);
    else if (parsed !== null && !isRight(parsed, session)) refuse(column, "another shape");
    else if (column === "revert" && isObject(parsed) && parsed.partID === null)
      refuse(column, "no part, or an id", "strictRevert");
  }
  if (session.workspace_id != null && !String(session.workspace_id).startsWith("wrk"))
    refuse("workspace_id", 'an id that begins with "wrk"');
  else if (session.workspace_id != null && session.workspace_known === 0)
    refuse("workspace_id", "a workspace that is there", "workspaces");
  if (session.parent_id != null && !String(session.parent_id).startsWith("ses"))
    refuse("parent_id", 'an id that begins with "ses"');
  // An import gives it the directory that it runs in; nothing is asked of an empty one.
  if (session.exported !== 1 && session.directory !== "" && !isAbsolute(String(session.directory)))
    refuse("directory", "an absolute path", "absolutePaths");
  for (const column of SESSION_NUMBERS)
    if (session[column] != null && typeof session[column] !== "number") refuse(column, A_NUMBER);
  for (const column of ["time_created", "time_updated"] as const)
    if (!isTime(session[column])) refuse(column, "a whole number of ms");
  if (session.time_compacting != null && !isTime(session.time_compacting))
    refuse("time_compacting", "a whole number of ms");
  if (session.time_archived != null && typeof session.time_archived !== "number")
    refuse("time_archived", "a time");
  return defects;
}

/** Expected in columns to which the host adds: they may not be empty. */
export const A_NUMBER = "a number";
/** Expected in columns that hold JSON: versions that read a column without JSON cannot open the session. */
export const NO_JSON = "JSON";

const JSON_COLUMNS: Record<string, (value: Json, session: SessionRow) => boolean> = {
  revert: (value) =>
    value === "" ||
    (isObject(value) &&
      isIdOf("msg", value.messageID) &&
      (value.partID === undefined || value.partID === null || isIdOf("prt", value.partID)) &&
      [value.snapshot, value.diff].every(mayBeText)),
  permission: (value) =>
    Array.isArray(value) &&
    value.every(
      (rule) =>
        isObject(rule) &&
        [rule.permission, rule.pattern].every((value) => typeof value === "string") &&
        ["allow", "deny", "ask"].includes(wordOf(rule.action)),
    ),
  // Read only beside the counts.
  summary_diffs: (value, session) =>
    SUMMARY_COUNTS.every((column) => session[column] == null) ||
    (Array.isArray(value) && value.every(isDiff)),
  model: (value) =>
    isObject(value) &&
    typeof value.id === "string" &&
    typeof value.providerID === "string" &&
    mayBeText(value.variant),
  metadata: isObject,
};

function isIdOf(prefix: string, value: Json | undefined): boolean {
  return typeof value === "string" && value.startsWith(prefix);
}

function mayBeText(value: Json | undefined): boolean {
  return value === undefined || typeof value === "string";
}

function isTime(value: unknown): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= 0;
}
