import { rowOf } from "../../../files/tables.js";
import type { Conversation, Defect, Json, Row } from "../../../model/conversation.js";
import { parseJson } from "../../../model/json.js";
import { asString, isObject } from "../../../model/text.js";
import { SESSION } from "../tables.js";
import type { OpencodeMessage } from "./message.js";

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
export const SESSION_NUMBERS = [
  "cost",
  "tokens_input",
  "tokens_output",
  "tokens_reasoning",
  "tokens_cache_read",
  "tokens_cache_write",
  "summary_additions",
  "summary_deletions",
  "summary_files",
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

/** A mark that names no message: hosts that go by ids keep nothing then. */
function revertOf(mark: Json): OpencodeConversation["revert"] {
  const { messageID, partID } = isObject(mark) ? mark : {};
  return { message: asString(messageID) ?? "", part: asString(partID) };
}

function time(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}

/** The columns that make opencode's session list answer 400 or 500, measured on 1.18.34. */
function sessionDefects(row: Row, session: SessionRow): Defect[] {
  const defects: Defect[] = [];
  const refuse = (column: string, expected: string) =>
    defects.push({ row, path: `$.${column}`, expected, rule: "unlistable-session" });
  for (const [column, isRight] of Object.entries(JSON_COLUMNS)) {
    const value = session[column as keyof SessionRow];
    if (value === undefined || value === null) continue;
    const parsed = parseJson(value);
    if (parsed === undefined) refuse(column, NO_JSON);
    else if (parsed !== null && !isRight(parsed)) refuse(column, "another shape");
  }
  if (session.workspace_id != null && !String(session.workspace_id).startsWith("wrk"))
    refuse("workspace_id", 'an id that begins with "wrk"');
  if (session.parent_id != null && !String(session.parent_id).startsWith("ses"))
    refuse("parent_id", 'an id that begins with "ses"');
  if (typeof session.directory !== "string" || !isAbsolute(session.directory))
    refuse("directory", "an absolute path");
  for (const column of SESSION_NUMBERS)
    if (session[column] != null && typeof session[column] !== "number") refuse(column, A_NUMBER);
  for (const column of ["time_created", "time_updated"] as const)
    if (!isTime(session[column])) refuse(column, "a whole number of ms");
  for (const column of ["time_compacting", "time_archived"] as const)
    if (session[column] != null && !isTime(session[column])) refuse(column, "a whole number of ms");
  return defects;
}

/** What a column holds that the host counts on from: it may not be empty. */
export const A_NUMBER = "a number";
/** What a column lacks that holds no JSON at all: versions that read it cannot open the session. */
export const NO_JSON = "JSON";

const JSON_COLUMNS: Record<string, (value: Json) => boolean> = {
  revert: (value) =>
    value === "" ||
    (isObject(value) &&
      isIdOf("msg", value.messageID) &&
      (value.partID === undefined || isIdOf("prt", value.partID)) &&
      [value.snapshot, value.diff].every(mayBeText)),
  permission: (value) =>
    Array.isArray(value) &&
    value.every(
      (rule) =>
        isObject(rule) &&
        [rule.permission, rule.pattern].every((value) => typeof value === "string") &&
        ["allow", "deny", "ask"].includes(String(rule.action)),
    ),
  summary_diffs: (value) => Array.isArray(value) && value.every(isDiff),
  model: (value) =>
    isObject(value) &&
    typeof value.id === "string" &&
    typeof value.providerID === "string" &&
    mayBeText(value.variant),
  metadata: isObject,
};

function isDiff(value: Json): boolean {
  if (!isObject(value)) return false;
  const { file, patch, additions, deletions, status } = value;
  const isNumbered = typeof additions === "number" && typeof deletions === "number";
  const isStatus = status === undefined || ["added", "deleted", "modified"].includes(String(status));
  return isNumbered && isStatus && [file, patch].every(mayBeText);
}

function isIdOf(prefix: string, value: Json | undefined): boolean {
  return typeof value === "string" && value.startsWith(prefix);
}

function mayBeText(value: Json | undefined): boolean {
  return value === undefined || typeof value === "string";
}

function isTime(value: unknown): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= 0;
}

function isAbsolute(path: string): boolean {
  return path.startsWith("/") || /^[A-Za-z]:[\\/]/.test(path);
}
