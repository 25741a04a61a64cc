import compare from "semver/functions/compare.js";
import prerelease from "semver/functions/prerelease.js";
import valid from "semver/functions/valid.js";
import { columnsOf, type Database, prepared } from "../../files/sqlite.js";
import { rowOf, type Table } from "../../files/tables.js";
import type { Row } from "../../model/conversation.js";
import { addTo } from "../../model/group.js";
import { generationOf } from "../host.js";
import { type Counts, keepCalls, MAX_ROW_BYTES, type OrphanRow, type Reader } from "../reader.js";
import { decodeMessage, type Loaded, type OpencodeMessage } from "./decode/message.js";
import { contentSql, type Detail, documentOf, WHOLE_BELOW } from "./decode/rows.js";
import {
  decodeSession,
  type OpencodeConversation,
  SESSION_NUMBERS,
  type SessionRow,
} from "./decode/session.js";
import { stepOf } from "./decode/step-texts.js";
import { opencodeHost } from "./host.js";
import { isKilo, kiloHostOf } from "./kilo.js";
import { plainOf } from "./plain.js";
import { MESSAGE, type OpencodeSchema, PART, SESSION, schemaOf } from "./tables.js";

const SESSION_COLUMNS = [
  "id",
  "project_id",
  "workspace_id",
  "parent_id",
  "directory",
  "title",
  "version",
  "revert",
  "permission",
  "summary_diffs",
  "metadata",
  "model",
  "time_created",
  "time_updated",
  "time_compacting",
  "time_archived",
  ...SESSION_NUMBERS,
];
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
  const present = SESSION_COLUMNS.filter((column) => schema.session.has(column));
  const imported = schema.mixed ? "exists(select 1 from session_v2 v where v.id = s.id)" : "0";
  const workspaceKnown =
    schema.session.has("workspace_id") && columnsOf(db, "workspace").has("id")
      ? "exists(select 1 from workspace where id = s.workspace_id)"
      : "1";
  const sessionSql = db.prepare(
    `select s.rowid, s.*, exists(select 1 from project where id = s.project_id) as project_known, ${workspaceKnown} as workspace_known, ${imported} as imported, ${schema.exported ? 1 : 0} as exported
     from (select rowid, ${present.join(", ")} from session) s where s.rowid = ?`,
  );
  const messageSql = (columns: string) =>
    db
      .prepare(
        `select ${contentSql("whole")}, ${columns} from message where session_id = ? order by time_created, id`,
      )
      .raw();
  const partSql = (columns: string) =>
    db
      .prepare(
        `select ${columns}
         from (select rowid as owner, id as mid, session_id as session from message where session_id = ?) cross join part p on p.message_id = mid`,
      )
      .raw();
  const recorded = newestRelease(db.prepare("select distinct version from session").pluck().all());
  const host = isKilo(db, recorded) ? kiloHostOf(db, recorded) : opencodeHost;
  // Hosts that send outputs as they are: their files are looked through.
  const halves = recorded === null || generationOf(host, recorded)?.features.sanitises !== true;
  const allOfPart = (detail: Detail) =>
    `${contentSql(detail, halves)}, octet_length(data), p.rowid, p.id, p.time_created, p.time_updated, owner, iif(p.session_id is session, null, p.session_id)`;
  const shortParts = partSql(allOfPart("short"));
  const fullParts = partSql(allOfPart("whole"));
  const allMessages = messageSql("octet_length(data), rowid, id, time_created, time_updated");
  const skimMessages = messageSql("rowid, id, time_created");
  const skimParts = partSql(`${contentSql("skim", halves)}, p.id, iif(p.session_id is session, owner, null)`);
  const scalar = (sql: string, ...values: unknown[]) =>
    db
      .prepare(sql)
      .pluck()
      .get(...values) as number;

  return {
    host,
    handles: () => db.prepare("select rowid from session order by rowid").pluck().all() as number[],
    idOf: (handle) => String(prepared(db, "select id from session where rowid = ?").pluck().get(handle)),
    handleOf: (id) =>
      (prepared(db, "select rowid from session where id = ?").pluck().get(id) as number | undefined) ?? null,
    skim(handle) {
      const session = sessionSql.get(handle) as SessionRow;
      const rows = skimParts.all(session.id) as SkimmedPart[];
      const parts = new Map<number, Loaded[]>();
      for (const [data, id, message] of rows) {
        const step = stepOf(data);
        const document = step ?? documentOf(data);
        if (typeof document === "string" || message === null || typeof id !== "string") return null;
        addTo(parts, message, { row: rowOf(PART, id), data: document, isTaken: step !== undefined });
      }
      const messages: OpencodeMessage[] = [];
      for (const [data, rowid, id, created] of skimMessages.all(session.id) as SkimmedMessage[]) {
        const document = documentOf(data);
        if (typeof document === "string" || typeof id !== "string" || typeof created !== "number")
          return null;
        const row = { ...rowOf(MESSAGE, id, rowid), created };
        const own = (parts.get(rowid) ?? []).sort((one, other) => byId(one.row, other.row));
        const decoded = decodeMessage({ row, data: document }, own, messages.length);
        if (decoded.defects) return null;
        messages.push(decoded);
      }
      const plain = plainOf(decodeSession(session, [], 0), messages);
      return plain && { messages: messages.length, parts: rows.length, plain };
    },
    read(handle, full = false): OpencodeConversation {
      const session = sessionSql.get(handle) as SessionRow;
      const parts = new Map<number, Loaded[]>();
      for (const raw of (full ? fullParts : shortParts).all(session.id) as RawPart[])
        addTo(parts, raw[6], load(PART, raw, raw[7], halves));
      const loaded = (allMessages.all(session.id) as RawRow[]).map((raw) => ({
        message: load(MESSAGE, raw, null),
        parts: (parts.get(raw[2]) ?? []).sort((one, other) => byId(one.row, other.row)),
      }));
      const messages = loaded.map(({ message, parts }, at) => decodeMessage(message, parts, at));
      const conversation = decodeSession(session, messages, sizeOf(loaded));
      const hasStrays = messages.some(({ strays }) => strays);
      const plain = hasStrays ? null : plainOf(conversation, messages);
      return plain ? { ...conversation, plain } : conversation;
    },
    counts: (): Counts => ({
      sessions: scalar("select count(*) from session"),
      messages: scalar("select count(*) from message"),
      parts: scalar("select count(*) from part"),
    }),
    orphans: (orphaned) => [
      ...(orphaned
        ? []
        : orphansOf(
            db,
            PART,
            "select rowid, id, session_id as session, message_id as owner, time_created, time_updated, octet_length(data) as size from part p where not exists (select 1 from message m join session s on s.id = m.session_id where m.id = p.message_id)",
          )),
      ...(orphaned
        ? []
        : orphansOf(
            db,
            MESSAGE,
            "select rowid, id, session_id as session, session_id as owner, time_created, time_updated, octet_length(data) as size from message m where not exists (select 1 from session s where s.id = m.session_id)",
          )),
      ...orphansOf(
        db,
        SESSION,
        "select rowid, id, id as session, parent_id as owner, time_created, time_updated, 0 as size from session c where parent_id is not null and not exists (select 1 from session s where s.id = c.parent_id)",
      ),
    ],
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
    notImported: () => (schema.mixed ? scalar(`select count(*) from session s where not ${imported}`) : null),
    notes: () =>
      schema.mixed
        ? [
            "also holds opencode 2 tables: rows that were imported there are leftovers here and are only reported",
          ]
        : [],
  };
}

function newestRelease(versions: unknown[]): string | null {
  const releases = versions.filter(
    (version): version is string =>
      typeof version === "string" && valid(version) !== null && prerelease(version) === null,
  );
  return releases.sort(compare).at(-1) ?? null;
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
