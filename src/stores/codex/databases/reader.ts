import { type Database, listedRow, prepared } from "../../../files/sqlite.js";
import { rowOf, type Table } from "../../../files/tables.js";
import type { Conversation } from "../../../model/conversation.js";
import type { Host } from "../../host.js";
import type { Reader } from "../../reader.js";

type Stored = Readonly<Record<string, unknown>>;

/** A row of a database that stands for one thread. */
export interface ThreadRow {
  readonly id: string;
  readonly rowid: number;
  readonly stored: Stored;
}

/** A reader of a table with one row a thread, and no messages. */
export function threadReader<C extends Conversation>(
  db: Database,
  { name }: Table,
  idColumn: string,
  host: Host<C>,
  read: (row: ThreadRow) => C,
): Reader<C> {
  const ids = `select "${idColumn}" from "${name}" where rowid = ?`;
  return {
    host,
    handles: () => db.prepare(`select rowid from "${name}" order by rowid`).pluck().all() as number[],
    idOf: (handle) => String(prepared(db, ids).pluck().get(handle)),
    handleOf: (id) =>
      (prepared(db, `select rowid from "${name}" where "${idColumn}" = ?`).pluck().get(id) as
        | number
        | undefined) ?? null,
    list: () =>
      db
        .prepare(`select "${idColumn}" from "${name}"`)
        .pluck()
        .all()
        .map((id) => ({ id: String(id), title: null, folder: null, updated: null, messages: 0 })),
    read(handle) {
      const stored = listedRow(prepared(db, `select * from "${name}" where rowid = ?`), handle) as Stored;
      return read({ id: String(stored[idColumn]), rowid: handle, stored });
    },
    counts: () => ({
      sessions: db.prepare(`select count(*) from "${name}"`).pluck().get() as number,
      messages: 0,
      parts: 0,
    }),
    orphans: () => [],
    hostVersion: () => null,
    notes: () => [],
    findCalls: () => [],
    notImported: () => null,
  };
}

/** The conversation of a thread of which a database tells nothing but its place. */
export function threadOf(store: string, table: Table, { id, rowid }: ThreadRow): Conversation {
  return {
    id,
    store,
    row: rowOf(table, id, rowid),
    title: "",
    directory: null,
    version: null,
    created: null,
    updated: null,
    messages: [],
    size: 0,
  };
}
