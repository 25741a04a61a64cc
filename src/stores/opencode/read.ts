import { listedRow } from "../../files/sqlite.js";
import type { Table } from "../../files/tables.js";
import type { JsonObject, Row } from "../../model/conversation.js";
import { addTo } from "../../model/group.js";
import { MAX_ROW_BYTES } from "../reader.js";
import { decodeMessage, type Loaded, type OpencodeMessage } from "./decode/message.js";
import { documentOf, WHOLE_BELOW } from "./decode/rows.js";
import { decodeSession, type OpencodeConversation, type SessionRow } from "./decode/session.js";
import { plainOf } from "./plain.js";
import type { Queries } from "./queries.js";
import { MESSAGE, PART } from "./tables.js";

/** As the queries of messages select it; size in bytes. */
export type RawRow = [
  data: unknown,
  size: number,
  rowid: number,
  id: unknown,
  created: unknown,
  updated: unknown,
];
/** `message`: its rowid; `stray`: the session that the part names, where it is not its message's. */
type RawPart = [...RawRow, message: number, stray: string | null];
export interface LoadedMessage {
  readonly message: Loaded;
  /** In the host's read order. */
  readonly parts: Loaded[];
}

/** Reads a conversation row by row. `full`: every row whole. */
export function readSession(queries: Queries, handle: number, full: boolean): OpencodeConversation {
  const session = listedRow(queries.session, handle) as SessionRow;
  const parts = new Map<number, Loaded[]>();
  for (const raw of (full ? queries.fullParts : queries.shortParts).all(session.id) as RawPart[])
    addTo(parts, raw[6], load(PART, raw, documentOf(raw[0]), raw[7], queries.halves));
  const loaded = (queries.allMessages.all(session.id) as RawRow[]).map((raw) => ({
    message: load(MESSAGE, raw, documentOf(raw[0]), null),
    parts: (parts.get(raw[2]) ?? []).sort(byRowId),
  }));
  const conversation = assemble(session, loaded);
  const plain = conversation.messages.some(({ strays }) => strays)
    ? null
    : plainOf(conversation, conversation.messages);
  return plain ? { ...conversation, plain } : conversation;
}

export function assemble(session: SessionRow, loaded: readonly LoadedMessage[]): OpencodeConversation {
  const messages: OpencodeMessage[] = [];
  let size = 0;
  for (const { message, parts } of loaded) {
    size += message.row.size;
    for (const { row } of parts) size += row.size;
    messages.push(decodeMessage(message, parts, messages.length));
  }
  return decodeSession(session, messages, size);
}

/** `document`: the content of the row, or why it has none; `halves`: its outputs were searched for half characters. */
export function load(
  table: Table,
  [, size, rowid, id, created, updated]: RawRow | RawPart,
  document: JsonObject | "json" | "not-text",
  strayOwner: string | null,
  halves = true,
): Loaded {
  const row: Row = {
    table: table.name,
    holds: table.holds,
    id: String(id),
    rowid,
    created: typeof created === "number" ? created : null,
    updated: typeof updated === "number" ? updated : null,
    size: size ?? 0,
    strayOwner: strayOwner === null ? undefined : String(strayOwner),
  };
  if (size > MAX_ROW_BYTES) return { row, data: null, unreadable: "too-large" };
  if (typeof document === "string") return { row, data: null, unreadable: document };
  return !halves && row.size > WHOLE_BELOW
    ? { row, data: document, isUnread: true }
    : { row, data: document };
}

export function byRowId({ row: one }: Loaded, { row: other }: Loaded): number {
  return one.id < other.id ? -1 : 1;
}
