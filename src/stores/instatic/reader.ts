import { type Database, listedRow, prepared } from "../../files/sqlite.js";
import { rowOf } from "../../files/tables.js";
import type { Json, Row, Unreadable } from "../../model/conversation.js";
import {
  keepCalls,
  type Listed,
  MAX_ROW_BYTES,
  newestFirst,
  type OrphanRow,
  parseTime,
  type Reader,
} from "../reader.js";
import { decodeInstatic, type InstaticConversation } from "./decode.js";
import { instaticHost } from "./host.js";
import { INSTATIC_MIGRATIONS } from "./replay.js";
import { CONVERSATIONS, MESSAGES } from "./tables.js";

interface MessageRow {
  rowid: number;
  id: unknown;
  position: number;
  role: "user" | "assistant" | "tool";
  content: unknown;
  tool_call_id: string | null;
  tool_name: string | null;
  created_at: unknown;
  size: number;
}

export function openInstatic(db: Database): Reader<InstaticConversation> {
  const queries = queriesOf(db);
  const scalar = (sql: string) => db.prepare(sql).pluck().get() as number;
  return {
    host: instaticHost,
    handles: () => db.prepare("select rowid from ai_conversations order by rowid").pluck().all() as number[],
    idOf: (handle) =>
      String(prepared(db, "select id from ai_conversations where rowid = ?").pluck().get(handle)),
    handleOf: (id) =>
      (prepared(db, "select rowid from ai_conversations where id = ?").pluck().get(id) as
        | number
        | undefined) ?? null,
    list: () => listConversations(db),
    read: (handle) => readConversation(queries, handle),
    counts: () => ({
      sessions: scalar("select count(*) from ai_conversations"),
      messages: scalar("select count(*) from ai_messages"),
      parts: 0,
    }),
    orphans: (orphaned) => (orphaned ? [] : orphans(db)),
    hostVersion() {
      const applied = new Set(db.prepare("select id from schema_migrations").pluck().all() as string[]);
      return INSTATIC_MIGRATIONS.find(({ id }) => applied.has(id))?.version ?? null;
    },
    notes: () => [],
    findCalls: (isWanted) =>
      keepCalls(
        db
          .prepare(
            `select conversation_id, call ->> '$.toolCallId', call ->> '$.toolName', call -> '$.input'
             from (select conversation_id, position, iif(b.type = 'object', b.value, '{}') as call
                   from ai_messages, json_each(iif(octet_length(content_json) <= ${MAX_ROW_BYTES} and json_valid(content_json), content_json, '[]')) b)
             where json_type(call, '$.input') = 'object' order by conversation_id, position`,
          )
          .raw()
          .iterate(),
        isWanted,
      ),
    notImported: () => null,
  };
}

type Queries = ReturnType<typeof queriesOf>;

function queriesOf(db: Database) {
  const conversation = db.prepare(
    "select rowid, id, title, created_at, updated_at from ai_conversations where rowid = ?",
  );
  const messages = db.prepare(
    `select rowid, id, position, role, tool_call_id, tool_name, created_at, octet_length(content_json) as size,
       case when octet_length(content_json) <= ${MAX_ROW_BYTES} then content_json end as content
     from ai_messages where conversation_id = ? order by position`,
  );
  return { conversation, messages };
}

function listConversations(db: Database): Listed[] {
  const rows = db
    .prepare(
      "select id, title, updated_at as updated, (select count(*) from ai_messages m where m.conversation_id = c.id) as messages from ai_conversations c",
    )
    .all() as Record<string, unknown>[];
  return newestFirst(
    rows.map(({ id, title, updated, messages }) => ({
      id: String(id),
      title: typeof title === "string" ? title : null,
      folder: null,
      updated: parseTime(updated),
      messages: Number(messages),
    })),
  );
}

function readConversation(
  { conversation, messages: ofConversation }: Queries,
  handle: number,
): InstaticConversation {
  const stored = listedRow(conversation, handle) as {
    rowid: number;
    id: unknown;
    title: unknown;
    created_at: unknown;
    updated_at: unknown;
  };
  const created = parseTime(stored.created_at);
  const updated = parseTime(stored.updated_at);
  const messages = (ofConversation.all(stored.id) as MessageRow[]).map((message) => {
    const row: Row = {
      ...rowOf(MESSAGES, String(message.id), message.rowid),
      size: message.size ?? 0,
      created: parseTime(message.created_at),
      updated: parseTime(message.created_at),
    };
    return decodeInstatic({
      row,
      role: message.role,
      position: message.position,
      callId: message.tool_call_id,
      toolName: message.tool_name,
      ...parse(message),
    });
  });
  return {
    id: String(stored.id),
    store: "instatic",
    title: String(stored.title ?? ""),
    directory: null,
    version: null,
    created,
    updated,
    messages,
    row: {
      ...rowOf(CONVERSATIONS, String(stored.id), stored.rowid),
      created,
      updated,
    },
    size: messages.reduce((sum, message) => sum + message.row.size, 0),
  };
}

function parse(message: MessageRow): { content: Json | undefined; unreadable?: Unreadable } {
  if (message.size > MAX_ROW_BYTES) return { content: undefined, unreadable: "too-large" };
  if (typeof message.content !== "string") return { content: undefined, unreadable: "not-text" };
  try {
    return { content: JSON.parse(message.content) as Json };
  } catch {
    return { content: undefined, unreadable: "json" };
  }
}

function orphans(db: Database): OrphanRow[] {
  const rows = db
    .prepare(
      "select rowid, id, conversation_id as owner, created_at, octet_length(content_json) as size from ai_messages m where not exists (select 1 from ai_conversations c where c.id = m.conversation_id)",
    )
    .all() as { rowid: number; id: unknown; owner: unknown; created_at: unknown; size: number }[];
  return rows.map((found) => ({
    session: String(found.owner),
    owner: String(found.owner),
    row: {
      ...rowOf(MESSAGES, String(found.id), found.rowid),
      size: found.size ?? 0,
      created: parseTime(found.created_at),
    },
  }));
}
