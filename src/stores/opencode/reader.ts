import { type Database, prepared } from "../../files/sqlite.js";
import { rowOf, type Table } from "../../files/tables.js";
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
} from "../reader.js";
import type { OpencodeConversation } from "./decode/session.js";
import { opencodeHost } from "./host.js";
import { isKilo, kiloHostOf } from "./kilo.js";
import { IMPORTED, newestReleaseOf, queriesOf } from "./queries.js";
import { readSession } from "./read.js";
import { skimSession } from "./skim.js";
import { MESSAGE, type OpencodeSchema, PART, SESSION, schemaOf } from "./tables.js";

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
