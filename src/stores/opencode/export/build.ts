import { commandLine, DoctorError } from "../../../errors.js";
import { MAX_ROW_BYTES } from "../../../files/limits.js";
import { columnsOf, type Database } from "../../../files/sqlite.js";
import type { Json, JsonObject } from "../../../model/conversation.js";
import { parseJson, withPath } from "../../../model/json.js";
import { isObject } from "../../../model/text.js";
import type { LeftOut } from "../../store.js";
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

type RowTable = "message" | "part";

/**
 * One session as `opencode export` writes it, with the values of its other columns under `$row`: reading the export
 * finds the same damage as reading the database. Rows that are no JSON travel as text. With `leaveOut`, rows that are
 * too large to be opened or nested too deeply are told and left out, a message with its parts; without it every row is
 * taken.
 * @throws DoctorError NOT_FOUND
 */
export function buildExport(
  db: Database,
  path: string,
  id: string,
  leaveOut?: (row: LeftOut) => void,
): Export {
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
  const partsOf = db.prepare(rowsSql(db, "part", "message_id = ? order by id", leaveOut));
  const messagesOf = db.prepare(rowsSql(db, "message", "session_id = ? order by time_created, id", leaveOut));
  const fits = (table: RowTable) => (row: Cells) => {
    const reason = leaveOut ? reasonToLeaveOut(row) : null;
    if (reason !== null) leaveOut?.({ table, id: String(row.id), reason });
    return reason === null;
  };
  const messages = (messagesOf.all(id) as Cells[]).filter(fits("message")).map((row) => {
    const message = exported(row, { id: row.id ?? null, sessionID: row.session_id ?? null } as JsonObject);
    const told = withRow(message, residue(row, messageCells(message, derived), COLUMNS));
    const parts = (partsOf.all(row.id) as Cells[]).filter(fits("part")).map((part) => {
      const one = exported(part, {
        id: part.id ?? null,
        sessionID: part.session_id ?? null,
        messageID: part.message_id ?? null,
      } as JsonObject);
      return withRow(one, residue(part, partCells(one, message, derived), COLUMNS));
    });
    return { info: told, parts } as Json;
  });
  return { info: withRow(info, sessionRow), messages };
}

/** Where rows may be left out, the content of large ones is not fetched. */
function rowsSql(db: Database, table: RowTable, where: string, leaveOut: unknown): string {
  if (!leaveOut) return `select * from ${table} where ${where}`;
  const others = [...columnsOf(db, table).keys()].filter((name) => name !== "data");
  const names = others.map((name) => `"${name.replaceAll('"', '""')}"`).join(", ");
  return `select ${names}, octet_length(data) as "${BYTES}", iif(octet_length(data) > ${MAX_ROW_BYTES}, null, data) as data from ${table} where ${where}`;
}

/** Beside the columns of a row: the size of its content. */
const BYTES = "$bytes";
/** Levels of objects and lists that writing an export, redacted or not, can follow. */
const MAX_DEPTH = 2000;

function reasonToLeaveOut({ data, [BYTES]: bytes }: Cells): string | null {
  if (Number(bytes) > MAX_ROW_BYTES) return `${bytes} bytes: a row over 32 MB is sized, not opened`;
  return typeof data === "string" && depthOf(data) > MAX_DEPTH
    ? `its JSON is nested more than ${MAX_DEPTH} levels deep`
    : null;
}

/** The deepest nesting of a JSON text. */
function depthOf(text: string): number {
  // Each level takes two characters.
  if (text.length < 2 * MAX_DEPTH) return 0;
  let [depth, deepest] = [0, 0];
  let isInText = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') isInText = !isInText;
    else if (isInText) at += character === "\\" ? 1 : 0;
    else if (character === "[" || character === "{") deepest = Math.max(deepest, ++depth);
    else if (character === "]" || character === "}") depth--;
  }
  return deepest;
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

/** The values that only the columns hold. */
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
