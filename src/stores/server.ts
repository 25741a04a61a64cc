import { DoctorError } from "../errors.js";
import { tablesOnServer } from "../files/postgres/catalog.js";
import { Mirror, type MirroredTable, selected } from "../files/postgres/mirror.js";
import { connect, type Session } from "../files/postgres/session.js";
import { openScratch } from "../files/sqlite.js";
import { keyColumn } from "../files/tables.js";
import { present } from "../model/present.js";
import { type DatabaseStore, STORES } from "./index.js";
import type { Reader } from "./reader.js";
import type { DatabaseForm, ServerForm } from "./store.js";

/** A store whose tables lie on a PostgreSQL server. */
export type ServerStore = DatabaseStore & {
  readonly database: DatabaseForm & { readonly server: ServerForm };
};

/** A PostgreSQL database whose store was recognised, in a transaction. */
export interface Server {
  readonly name: string;
  readonly session: Session;
  readonly store: ServerStore;
  readonly conversations: MirroredTable;
  readonly messages: MirroredTable;
  /** The tables that the reader asks for the version of the host; they are in the mirror's database. */
  readonly others: readonly MirroredTable[];
  /** Rows of the server, and what the store's own reader sees in them. */
  readonly mirror: Mirror;
  readonly reader: Reader;
}

/** The modes of a transaction. */
export const READING = "isolation level repeatable read read only";
export const WRITING = "isolation level read committed";

/**
 * Connects, begins a transaction, does the work and ends the connection: what was not committed is as before.
 * @throws DoctorError NOT_READABLE, NOT_FOUND, BUSY, UNSUPPORTED
 */
export async function withServer<Result>(
  name: string,
  mode: string,
  work: (server: Server) => Promise<Result>,
  settings: Readonly<Record<string, string>> = {},
): Promise<Result> {
  const session = await connect(name);
  const db = openScratch();
  try {
    await session.begin(mode, settings);
    const { store, tables, others } = await identifyServer(session);
    const mirror = new Mirror(db, tables);
    const beside = new Mirror(db, others);
    for (const table of others) {
      const { rows } = await session.query(`select ${selected(table, "t")} from ${table.name} t`);
      for (const row of rows) beside.add(table, row);
    }
    if (store.database.isIt?.(db) === false) throw foreign(name, store, []);
    const of = (holds: string) => present(tables.find(({ declared }) => declared.holds === holds));
    return await work({
      name,
      session,
      store,
      mirror,
      others,
      conversations: of("conversation"),
      messages: of("message"),
      reader: store.database.open(db, name),
    });
  } finally {
    db.close();
    await session.close();
  }
}

function canBeOnServer(store: (typeof STORES)[number]): store is ServerStore {
  return store.database?.server !== undefined;
}

interface Identified {
  readonly store: ServerStore;
  readonly tables: readonly MirroredTable[];
  readonly others: readonly MirroredTable[];
}

/** @throws DoctorError UNSUPPORTED, naming what is missing */
async function identifyServer(session: Session): Promise<Identified> {
  const stores = STORES.filter(canBeOnServer);
  let failure: DoctorError | undefined;
  for (const store of stores) {
    const { tables, alsoReads = [] } = store.database;
    const found = await tablesOnServer(session, [...tables.map(({ name }) => name), ...alsoReads]);
    const lacks = tables.flatMap(({ name, needs }) => {
      const columns = found.find((table) => table.name === name)?.columns;
      if (!columns) return [`table ${name}`];
      return needs
        .filter((need) => !columns.some((column) => column.name === need))
        .map((need) => `${name}.${need}`);
    });
    failure ??= lacks.length > 0 ? foreign(session.name, store, lacks) : undefined;
    if (lacks.length > 0) continue;
    return {
      store,
      tables: tables.map((declared) => ({
        ...present(found.find(({ name }) => name === declared.name)),
        declared,
      })),
      others: found
        .filter(({ name }) => alsoReads.includes(name))
        .map((table) => ({ ...table, declared: { name: table.name, holds: "context", needs: [] } })),
    };
  }
  throw failure ?? new DoctorError("UNSUPPORTED", `${session.name}: no store lies in PostgreSQL`);
}

function foreign(name: string, { title }: ServerStore, lacks: readonly string[]): DoctorError {
  const why =
    lacks.length > 0 ? `missing ${lacks.join(", ")}` : "its migrations are those of another program";
  return new DoctorError("UNSUPPORTED", `${name}: a PostgreSQL database, but not ${title}'s (${why})`);
}

/** Reads some conversations with all their messages into the mirror. Returns the handles by id. `lock`: until the commit. */
export async function loadConversations(
  { session, conversations, messages }: Server,
  mirror: Mirror,
  ids: readonly string[],
  lock = false,
): Promise<Map<string, number>> {
  const handles = new Map<string, number>();
  const until = lock ? " for update of t nowait" : "";
  const key = keyOf(conversations);
  const owned = await session.query(
    `select ${selected(conversations, "t")} from ${conversations.name} t where t.${key} = any($1) order by t.${key}${until}`,
    [ids],
  );
  const at = conversations.columns.findIndex(({ name }) => name === key);
  for (const row of owned.rows) handles.set(String(row[at]), mirror.add(conversations, row));
  await loadMessages({ session, messages, mirror }, ownerOf(messages), ids, lock);
  return handles;
}

/** Reads the messages that have one of the values in a column into the mirror. */
export function loadMessages(
  { session, messages, mirror }: Pick<Server, "session" | "messages" | "mirror">,
  column: string,
  values: readonly string[],
  lock = false,
): Promise<void> {
  return session.stream(
    `select ${selected(messages, "t")} from ${messages.name} t where t.${column} = any($1) order by ${orderOf(messages)}${lock ? " for update of t nowait" : ""}`,
    [values],
    (row) => void mirror.add(messages, row),
  );
}

/** Reads the messages whose conversation is gone into the mirror. `onRow`: gets the number of each. */
export function loadOrphans(
  { session, conversations, messages, mirror }: Server,
  onRow: (number: number) => void = () => {},
): Promise<void> {
  return session.stream(
    `select ${selected(messages, "t")} from ${messages.name} t where not exists
       (select 1 from ${conversations.name} c where c.${keyOf(conversations)} = t.${ownerOf(messages)}) order by ${orderOf(messages)}`,
    [],
    (row) => onRow(mirror.add(messages, row)),
  );
}

/** The column with the ids of the table. */
export function keyOf({ declared }: MirroredTable): string {
  return keyColumn(declared);
}

/** The column that names the conversation of a message. @throws RangeError where the store declares none */
export function ownerOf({ declared }: MirroredTable): string {
  return present(declared.conversation);
}

/** The order of messages: conversation by conversation, as the host reads them. */
export function orderOf(messages: MirroredTable): string {
  const { position } = messages.declared;
  return [ownerOf(messages), ...(position ? [position] : []), keyOf(messages)]
    .map((name) => `t.${name}`)
    .join(", ");
}
