import { type Database, prepared } from "../../files/sqlite.js";
import { rowOf, type Table } from "../../files/tables.js";
import type { Row } from "../../model/conversation.js";
import { addTo } from "../../model/group.js";
import { lastFolder } from "../../model/text.js";
import { generationOf } from "../host.js";
import {
  type Counts,
  keepCalls,
  type Listed,
  MAX_ROW_BYTES,
  newestFirst,
  type OrphanRow,
  type Reader,
  type Skimmed,
} from "../reader.js";
import { decodeMessage, type Loaded, type OpencodeMessage } from "./decode/message.js";
import { documentOf, WHOLE_BELOW } from "./decode/rows.js";
import { decodeSession, type OpencodeConversation, type SessionRow } from "./decode/session.js";
import { stepOf } from "./decode/step-texts.js";
import { opencodeHost } from "./host.js";
import { isKilo, kiloHostOf } from "./kilo.js";
import { plainOf } from "./plain.js";
import { IMPORTED, newestReleaseOf, type Queries, queriesOf } from "./queries.js";
import { MESSAGE, type OpencodeSchema, PART, SESSION, schemaOf } from "./tables.js";

/** As the queries of `read` select it; size in bytes. */
type RawRow = [data: unknown, size: number, rowid: number, id: unknown, created: unknown, updated: unknown];
/** `message`: its rowid; `stray`: the session that the part names, where it is not its message's. */
type RawPart = [...RawRow, message: number, stray: string | null];
interface LoadedMessage {
  readonly message: Loaded;
  /** In the host's read order. */
  readonly parts: Loaded[];
}
type SkimmedMessage = [data: unknown, rowid: number, id: unknown, created: unknown];
/** `message`: null where the part names another session than its message. */
type SkimmedPart = [data: unknown, id: unknown, message: number | null];

export function openOpencode(
  db: Database,
  schema: OpencodeSchema = schemaOf(db),
): Reader<OpencodeConversation> {
  const recorded = newestReleaseOf(db);
  const host = isKilo(db, recorded) ? kiloHostOf(db, recorded) : opencodeHost;
  // Hosts that send outputs as they are: their files are looked through.
  const halves = recorded === null || generationOf(host, recorded)?.features.sanitises !== true;
  const queries = queriesOf(db, schema, halves);
  const scalar = (sql: string) => db.prepare(sql).pluck().get() as number;
  return {
    host,
    handles: () => db.prepare("select rowid from session order by rowid").pluck().all() as number[],
    idOf: (handle) => String(prepared(db, "select id from session where rowid = ?").pluck().get(handle)),
    handleOf: (id) =>
      (prepared(db, "select rowid from session where id = ?").pluck().get(id) as number | undefined) ?? null,
    list: () => listSessions(db),
    skim: (handle) => skimSession(queries, handle),
    read: (handle, full = false) => readSession(queries, handle, full),
    counts: (): Counts => ({
      sessions: scalar("select count(*) from session"),
      messages: scalar("select count(*) from message"),
      parts: scalar("select count(*) from part"),
    }),
    orphans: (orphaned) => allOrphans(db, orphaned !== undefined),
    findCalls: (isWanted) =>
      keepCalls(
        db
          .prepare(
            `select session_id, data ->> '$.callID', data ->> '$.tool', data -> '$.state.input' from part
             where octet_length(data) <= ${MAX_ROW_BYTES} and json_valid(data) and json_type(data, '$.state.input') = 'object'
             order by session_id, id`,
          )
          .raw()
          .iterate(),
        isWanted,
      ),
    hostVersion: () => recorded,
    notImported: () => (schema.mixed ? scalar(`select count(*) from session s where not ${IMPORTED}`) : null),
    notes: () =>
      schema.mixed
        ? [
            "also holds opencode 2 tables: rows that were imported there are leftovers here and are only reported",
          ]
        : [],
  };
}

function listSessions(db: Database): Listed[] {
  const rows = db
    .prepare(
      "select id, title, directory, time_updated as updated, (select count(*) from message m where m.session_id = s.id) as messages from session s",
    )
    .all() as Record<string, unknown>[];
  return newestFirst(
    rows.map(({ id, title, directory, updated, messages }) => ({
      id: String(id),
      title: typeof title === "string" ? title : null,
      folder: typeof directory === "string" ? lastFolder(directory) : null,
      updated: typeof updated === "number" ? updated : null,
      messages: Number(messages),
    })),
  );
}

/** Null where the rows have to be read whole. */
function skimSession(queries: Queries, handle: number): Skimmed | null {
  const session = queries.session.get(handle) as SessionRow;
  const rows = queries.skimParts.all(session.id) as SkimmedPart[];
  const parts = new Map<number, Loaded[]>();
  for (const [data, id, message] of rows) {
    const step = stepOf(data);
    const document = step ?? documentOf(data);
    if (typeof document === "string" || message === null || typeof id !== "string") return null;
    addTo(parts, message, { row: rowOf(PART, id), data: document, isTaken: step !== undefined });
  }
  const messages: OpencodeMessage[] = [];
  for (const [data, rowid, id, created] of queries.skimMessages.all(session.id) as SkimmedMessage[]) {
    const document = documentOf(data);
    if (typeof document === "string" || typeof id !== "string" || typeof created !== "number") return null;
    const row = { ...rowOf(MESSAGE, id, rowid), created };
    const own = (parts.get(rowid) ?? []).sort((one, other) => byId(one.row, other.row));
    const decoded = decodeMessage({ row, data: document }, own, messages.length);
    if (decoded.defects) return null;
    messages.push(decoded);
  }
  const plain = plainOf(decodeSession(session, [], 0), messages);
  return plain && { messages: messages.length, parts: rows.length, plain };
}

function readSession(queries: Queries, handle: number, full: boolean): OpencodeConversation {
  const session = queries.session.get(handle) as SessionRow;
  const parts = new Map<number, Loaded[]>();
  for (const raw of (full ? queries.fullParts : queries.shortParts).all(session.id) as RawPart[])
    addTo(parts, raw[6], load(PART, raw, raw[7], queries.halves));
  const loaded = (queries.allMessages.all(session.id) as RawRow[]).map((raw) => ({
    message: load(MESSAGE, raw, null),
    parts: (parts.get(raw[2]) ?? []).sort((one, other) => byId(one.row, other.row)),
  }));
  const messages = loaded.map(({ message, parts }, at) => decodeMessage(message, parts, at));
  const conversation = decodeSession(session, messages, sizeOf(loaded));
  const hasStrays = messages.some(({ strays }) => strays);
  const plain = hasStrays ? null : plainOf(conversation, messages);
  return plain ? { ...conversation, plain } : conversation;
}

function load(table: Table, raw: RawRow | RawPart, strayOwner: string | null, halves = true): Loaded {
  const [data, size, rowid, id, created, updated] = raw;
  const row: Row = {
    ...rowOf(table, String(id), rowid),
    size: size ?? 0,
    created: typeof created === "number" ? created : null,
    updated: typeof updated === "number" ? updated : null,
    strayOwner: strayOwner === null ? undefined : String(strayOwner),
  };
  const document = size > MAX_ROW_BYTES ? "too-large" : documentOf(data);
  if (typeof document === "string") return { row, data: null, unreadable: document };
  return { row, data: document, ...(!halves && row.size > WHOLE_BELOW && { isUnread: true }) };
}

function sizeOf(loaded: readonly LoadedMessage[]): number {
  return loaded
    .flatMap(({ message, parts }) => [message, ...parts])
    .reduce((sum, { row }) => sum + row.size, 0);
}

function byId(one: { id: string }, other: { id: string }): number {
  return one.id < other.id ? -1 : 1;
}

const PARTS_WITHOUT_OWNER =
  "select rowid, id, session_id as session, message_id as owner, time_created, time_updated, octet_length(data) as size from part p where not exists (select 1 from message m join session s on s.id = m.session_id where m.id = p.message_id)";
const MESSAGES_WITHOUT_OWNER =
  "select rowid, id, session_id as session, session_id as owner, time_created, time_updated, octet_length(data) as size from message m where not exists (select 1 from session s where s.id = m.session_id)";
const SESSIONS_WITHOUT_PARENT =
  "select rowid, id, id as session, parent_id as owner, time_created, time_updated, 0 as size from session c where parent_id is not null and not exists (select 1 from session s where s.id = c.parent_id)";

/** `orphaned`: only sessions whose parent is gone. */
function allOrphans(db: Database, orphaned: boolean): OrphanRow[] {
  const ofConversations = orphansOf(db, SESSION, SESSIONS_WITHOUT_PARENT);
  if (orphaned) return ofConversations;
  return [
    ...orphansOf(db, PART, PARTS_WITHOUT_OWNER),
    ...orphansOf(db, MESSAGE, MESSAGES_WITHOUT_OWNER),
    ...ofConversations,
  ];
}

function orphansOf(db: Database, table: Table, sql: string): OrphanRow[] {
  const rows = db.prepare(sql).all() as {
    rowid: number;
    id: unknown;
    session: unknown;
    owner: unknown;
    time_created: unknown;
    time_updated: unknown;
    size: number;
  }[];
  return rows.map((found) => ({
    session: typeof found.session === "string" ? found.session : null,
    owner: String(found.owner),
    row: {
      ...rowOf(table, String(found.id), found.rowid),
      size: found.size ?? 0,
      created: typeof found.time_created === "number" ? found.time_created : null,
      updated: typeof found.time_updated === "number" ? found.time_updated : null,
    },
  }));
}
