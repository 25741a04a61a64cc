import { columnsOf, type Database } from "../files/sqlite.js";
import type { Holds } from "../model/conversation.js";
import type { DatabaseStore } from "../stores/index.js";
import type { Write } from "./writes.js";

type Kind = Write["kind"];

/**
 * The changes that repairs make to the tables of a store. Plans and journals that hold any other change are refused,
 * whoever wrote them.
 */
const WRITTEN: Record<Holds, readonly Kind[]> = {
  context: ["insert", "update"],
  conversation: ["update"],
  message: ["insert", "update", "delete"],
  piece: ["insert", "update", "delete"],
};

/** The tables that repairs of a store write to. */
export function writtenTables({ database }: DatabaseStore): string[] {
  return database.tables.map(({ name }) => name).sort();
}

/** Answers whether a repair of this database writes such a thing: by table, by kind, by the table's own columns. */
export function writesOf(db: Database, { database }: DatabaseStore): (write: Write) => boolean {
  const columns = new Map<string, ReadonlySet<string>>();
  const written = new Map(database.tables.map(({ name, holds }) => [name, WRITTEN[holds]]));
  return (write) => {
    if (!written.get(write.table)?.includes(write.kind)) return false;
    const known = columns.get(write.table) ?? new Set(columnsOf(db, write.table).keys());
    columns.set(write.table, known);
    return write.columns.every((name) => known.has(name));
  };
}
