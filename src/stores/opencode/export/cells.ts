import type { JsonObject } from "../../../model/conversation.js";
import { valueAt } from "../../../model/json.js";
import { asNumber, asString, isObject, wordOf } from "../../../model/text.js";

/** A value as SQLite keeps it. */
export type Cell = string | number | null | Buffer;
export type Cells = Record<string, Cell>;

/**
 * The key under which an export keeps of a row: columns that the JSON does not tell; `data`, the stored text of a row that
 * is no JSON object; `blob`, the stored bytes in base64. opencode's own exports lack the key, and its import ignores it.
 */
export const ROW_KEY = "$row";

/** Where an exported session keeps the columns of its row; JSON columns travel as values. */
export const SESSION_PATHS: Record<string, { path: readonly string[]; json?: true }> = {
  id: { path: ["id"] },
  project_id: { path: ["projectID"] },
  workspace_id: { path: ["workspaceID"] },
  parent_id: { path: ["parentID"] },
  slug: { path: ["slug"] },
  directory: { path: ["directory"] },
  path: { path: ["path"] },
  title: { path: ["title"] },
  version: { path: ["version"] },
  share_url: { path: ["share", "url"] },
  summary_additions: { path: ["summary", "additions"] },
  summary_deletions: { path: ["summary", "deletions"] },
  summary_files: { path: ["summary", "files"] },
  summary_diffs: { path: ["summary", "diffs"], json: true },
  metadata: { path: ["metadata"], json: true },
  cost: { path: ["cost"] },
  tokens_input: { path: ["tokens", "input"] },
  tokens_output: { path: ["tokens", "output"] },
  tokens_reasoning: { path: ["tokens", "reasoning"] },
  tokens_cache_read: { path: ["tokens", "cache", "read"] },
  tokens_cache_write: { path: ["tokens", "cache", "write"] },
  revert: { path: ["revert"], json: true },
  permission: { path: ["permission"], json: true },
  agent: { path: ["agent"] },
  model: { path: ["model"], json: true },
  time_created: { path: ["time", "created"] },
  time_updated: { path: ["time", "updated"] },
  time_compacting: { path: ["time", "compacting"] },
  time_archived: { path: ["time", "archived"] },
};

/** The session row that an import would write. */
export function sessionCells(info: JsonObject): Cells {
  const cells: Cells = {};
  for (const [column, { path, json }] of Object.entries(SESSION_PATHS)) {
    const value = valueAt(info, path);
    cells[column] =
      value == null ? null : json || typeof value === "object" ? JSON.stringify(value) : cellOf(value);
  }
  // An import writes the directory of the project that it runs in.
  if (typeof cells.directory !== "string" || !/^(\/|[A-Za-z]:[\\/])/.test(cells.directory))
    cells.directory = "/";
  cells.time_created ??= 0;
  cells.time_updated ??= cells.time_created;
  return cells;
}

/** The columns of a message row that an import would write, but for its `data`. */
export function messageCells(info: JsonObject, session: Cells): Cells {
  const created = createdOf(info);
  return {
    id: wordOf(info.id),
    session_id: session.id ?? null,
    time_created: created,
    time_updated: created,
  };
}

/** The same of a part. */
export function partCells(part: JsonObject, message: JsonObject, session: Cells): Cells {
  const time = isObject(part.time)
    ? part.time
    : isObject(part.state) && isObject(part.state.time)
      ? part.state.time
      : {};
  const created = asNumber(time.start) ?? createdOf(message);
  return {
    id: asString(part.id) ?? "",
    message_id: wordOf(message.id),
    session_id: session.id ?? null,
    time_created: created,
    time_updated: created,
  };
}

/** The JSON that the row of a message or part holds. */
export function documentOf({ [ROW_KEY]: _, ...document }: JsonObject): string {
  return JSON.stringify(document);
}

function createdOf(info: JsonObject): number {
  return (isObject(info.time) && asNumber(info.time.created)) || 0;
}

function cellOf(value: string | number | boolean): Cell {
  return typeof value === "boolean" ? Number(value) : value;
}
