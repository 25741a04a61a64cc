import { commandLine, DoctorError } from "../../../errors.js";
import type { Database } from "../../../files/sqlite.js";
import type { Json, JsonObject } from "../../../model/conversation.js";
import { parseJson, withPath } from "../../../model/json.js";
import { isObject } from "../../../model/text.js";
import {
  type Cell,
  type Cells,
  messageCells,
  partCells,
  ROW_KEY,
  SESSION_PATHS,
  sessionCells,
} from "./cells.js";
import type { Export } from "./read.js";

/**
 * One session as `opencode export` tells it, with what its columns say besides under `$row`: reading it again finds
 * what the database shows. Rows that are no JSON travel as text.
 * @throws DoctorError NOT_FOUND
 */
export function buildExport(db: Database, path: string, id: string): Export {
  const session = db.prepare("select * from session where id = ?").get(id) as Cells | undefined;
  if (!session)
    throw new DoctorError(
      "NOT_FOUND",
      `${path}: no session ${id}`,
      `${commandLine("scan", path)} lists the damaged ones`,
    );
  const info = sessionInfo(session);
  const known = db.prepare("select 1 from project where id = ?").get(session.project_id) !== undefined;
  const derived = sessionCells(info);
  const sessionRow = residue(session, derived, Object.keys(SESSION_PATHS));
  if (!known) sessionRow.project_known = 0;
  const partsOf = db.prepare("select * from part where message_id = ? order by id");
  const messages = (
    db.prepare("select * from message where session_id = ? order by time_created, id").all(id) as Cells[]
  ).map((row) => {
    const message = exported(row, { id: row.id!, sessionID: row.session_id! } as JsonObject);
    const told = withRow(message, residue(row, messageCells(message, derived), COLUMNS));
    const parts = (partsOf.all(row.id) as Cells[]).map((part) => {
      const one = exported(part, {
        id: part.id!,
        sessionID: part.session_id!,
        messageID: part.message_id!,
      } as JsonObject);
      return withRow(one, residue(part, partCells(one, message, derived), COLUMNS));
    });
    return { info: told, parts } as Json;
  });
  return { info: withRow(info, sessionRow), messages };
}

const COLUMNS = ["session_id", "time_created", "time_updated"];

function sessionInfo(session: Cells): JsonObject {
  let info: JsonObject = {};
  for (const [column, { path, json }] of Object.entries(SESSION_PATHS)) {
    const cell = session[column];
    if (cell === null || cell === undefined || Buffer.isBuffer(cell)) continue;
    const value = json ? parseJson(cell) : cell;
    if (value !== undefined) info = withPath(info, path, value);
  }
  return info;
}

/** The row's document with its ids; one that is no JSON object travels as text. */
function exported(row: Cells, ids: JsonObject): JsonObject {
  const { data } = row;
  const document = parseJson(data);
  if (isObject(document)) return { ...document, ...ids };
  if (Buffer.isBuffer(data)) return { ...ids, [ROW_KEY]: { blob: data.toString("base64") } };
  return { ...ids, [ROW_KEY]: { data: data === null ? null : String(data) } };
}

/** What the columns say and the JSON does not. */
function residue(row: Cells, derived: Cells, columns: readonly string[]): Record<string, Json> {
  const rest: Record<string, Json> = {};
  for (const column of columns) {
    const cell = row[column];
    if (cell === undefined || Buffer.isBuffer(cell)) continue;
    if (cell !== (derived[column] ?? null) && !sameJson(cell, derived[column])) rest[column] = cell;
  }
  return rest;
}

function sameJson(one: Cell, other: Cell | undefined): boolean {
  const value = parseJson(one);
  return value !== undefined && JSON.stringify(value) === other;
}

function withRow(document: JsonObject, rest: Record<string, Json>): JsonObject {
  const told = isObject(document[ROW_KEY]) ? document[ROW_KEY] : {};
  return Object.keys({ ...told, ...rest }).length === 0
    ? document
    : { ...document, [ROW_KEY]: { ...told, ...rest } };
}
