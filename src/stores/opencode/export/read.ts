import { type Database, openScratch } from "../../../files/sqlite.js";
import type { Json, JsonObject } from "../../../model/conversation.js";
import { isObject } from "../../../model/text.js";
import type { OpencodeConversation } from "../decode/session.js";
import { openOpencode } from "../reader.js";
import type { OpencodeSchema } from "../tables.js";
import {
  type Cells,
  documentOf,
  messageCells,
  partCells,
  ROW_KEY,
  SESSION_PATHS,
  sessionCells,
} from "./cells.js";

export interface Export {
  readonly info: JsonObject;
  readonly messages: readonly Json[];
}

/** An opencode export: `{info, messages: [{info, parts}]}`, sanitised and legacy ones included. */
export function isExport(body: Json): body is JsonObject & { info: JsonObject; messages: Json[] } {
  return (
    isObject(body) &&
    isObject(body.info) &&
    typeof body.info.id === "string" &&
    Array.isArray(body.messages) &&
    body.messages.every((message) => isObject(message) && isObject(message.info))
  );
}

export const EXPORT_SCHEMA: OpencodeSchema = {
  mixed: false,
  exported: true,
  session: new Set(Object.keys(SESSION_PATHS)),
};

/** The columns of the tables that an export is written into. */
const COLUMNS = {
  project: ["id", "worktree", "sandboxes", "time_created", "time_updated"],
  session: Object.keys(SESSION_PATHS),
  message: ["id", "session_id", "time_created", "time_updated", "data"],
  part: ["id", "message_id", "session_id", "time_created", "time_updated", "data"],
};

/**
 * Writes an export into tables like opencode's, so that one reader, one judge and one repair serve both.
 * The session gets rowid 1; messages and parts are numbered from 1 as they stand in the file.
 */
export function loadExport(db: Database, body: Export, schema = "main"): void {
  for (const [table, columns] of Object.entries(COLUMNS))
    db.exec(`create table ${schema}."${table}" (${columns.map((column) => `"${column}"`).join(", ")})`);
  const insert = (table: keyof typeof COLUMNS) => {
    const columns = COLUMNS[table];
    const statement = db.prepare(
      `insert into ${schema}."${table}" (${columns.map((column) => `"${column}"`).join(", ")}) values (${columns.map(() => "?").join(", ")})`,
    );
    return (cells: Cells, raw: Json) => {
      const told = { ...cells, ...toldCells(raw) };
      statement.run(columns.map((column) => told[column] ?? null));
    };
  };
  const session = sessionCells(body.info);
  const told = toldCells(body.info);
  if (told.project_known !== 0)
    insert("project")(
      { id: told.project_id ?? session.project_id ?? null, worktree: session.directory ?? null },
      null,
    );
  insert("session")(session, body.info);
  const insertMessage = insert("message");
  const insertPart = insert("part");
  for (const { info, parts, isFirst } of withoutCopies(body)) {
    if (isFirst) insertMessage({ ...messageCells(info, session), data: documentOf(info) }, info);
    for (const part of parts) {
      const raw = isObject(part) ? part : ({ [ROW_KEY]: { data: JSON.stringify(part) } } as JsonObject);
      insertPart({ ...partCells(raw, info, session), data: documentOf(raw) }, raw);
    }
  }
}

interface Entry {
  readonly info: JsonObject;
  readonly parts: readonly Json[];
  /** False where a message with this id stands before it. */
  readonly isFirst: boolean;
}

/**
 * The messages of an export as an import reads them: of several messages with one id the first counts. The parts of the
 * others join it, except those that are copies of its own.
 */
function* withoutCopies(body: Export): Generator<Entry> {
  const known = new Map<Json, Set<string>>();
  for (const { info, parts } of entriesOf(body)) {
    const own = typeof info.id === "string" ? known.get(info.id) : undefined;
    const texts = parts.map((part) => JSON.stringify(part));
    if (typeof info.id === "string") known.set(info.id, new Set([...(own ?? []), ...texts]));
    yield { info, parts: parts.filter((_, at) => !own?.has(texts[at] ?? "")), isFirst: !own };
  }
}

/** How many messages of an export have the id of one that stands before them. */
export function copiesIn(body: Export): number {
  const ids = entriesOf(body).flatMap(({ info }) => (typeof info.id === "string" ? [info.id] : []));
  return ids.length - new Set(ids).size;
}

/** The messages of an export, each with its parts. */
export function entriesOf(body: Export): { info: JsonObject; parts: Json[] }[] {
  return body.messages.filter(isObject).map((entry) => ({
    info: entry.info as JsonObject,
    parts: Array.isArray(entry.parts) ? entry.parts : [],
  }));
}

/** Columns that the export tells beside the JSON of the row. */
function toldCells(raw: Json): Cells {
  const told = isObject(raw) && isObject(raw[ROW_KEY]) ? raw[ROW_KEY] : {};
  const plain = Object.entries(told).filter(
    ([, cell]) => cell === null || ["string", "number"].includes(typeof cell),
  );
  const { blob, ...cells } = Object.fromEntries(plain) as Record<string, string | number | null>;
  return typeof blob === "string" ? { ...cells, data: Buffer.from(blob, "base64") } : cells;
}

/** The model of an exported session, as its rows would be read from the database. */
export function decodeExport(body: Export): OpencodeConversation {
  const db = openScratch();
  try {
    loadExport(db, body);
    db.exec("create index part_by_message on part (message_id)");
    return openOpencode(db, EXPORT_SCHEMA).read(1, true);
  } finally {
    db.close();
  }
}
