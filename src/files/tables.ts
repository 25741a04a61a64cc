import type { Holds, Row } from "../model/conversation.js";

/** One table of a store, declared once. Every other file asks this declaration instead of naming tables. */
export interface Table {
  readonly name: string;
  readonly holds: Holds;
  /** The column by which reports name a row, where it is not `id`. */
  readonly key?: string;
  /** Columns without which the store cannot be read. */
  readonly needs: readonly string[];
  /** The column that holds a row's JSON. */
  readonly content?: string;
  /** The column that names the conversation of a row. */
  readonly conversation?: string;
  /** The column with the time of a row's last change. */
  readonly written?: string;
  /** The column with the place of a row in its conversation; unique there. */
  readonly position?: string;
  /** Columns that a repair sets to null to free a row whose owner is gone; without them the row is removed. */
  readonly detach?: readonly string[];
  /** SQL condition that picks the rows of one conversation, whose own row is in `main` already. */
  readonly ofConversation?: string;
  /** Columns that a working copy indexes. */
  readonly indexes?: readonly string[];
}

/** The column by which reports and plans name a row of the table. */
export function keyColumn({ key = "id" }: Pick<Table, "key">): string {
  return key;
}

/** A row of the table, without its size and the time of its last change. */
export function rowOf(
  { name, holds }: Table,
  id: string,
  rowid?: number,
  created: number | null = null,
): Row {
  return { table: name, holds, id, rowid, created, updated: null, size: 0 };
}

/** @throws RangeError where the store declares no such table */
export function tableNamed(tables: readonly Table[], name: string): Table {
  const found = tables.find((table) => table.name === name);
  if (!found) throw new RangeError(`no table ${name}`);
  return found;
}

/** The table whose rows are conversations. @throws RangeError where the store declares none */
export function conversationTable(tables: readonly Table[]): Table {
  const found = tables.find(({ holds }) => holds === "conversation");
  if (!found) throw new RangeError("no table of conversations");
  return found;
}

/** The names of the tables whose rows belong to no single conversation. */
export function sharedTables(tables: readonly Table[]): ReadonlySet<string> {
  return new Set(tables.filter(({ holds }) => holds === "context").map(({ name }) => name));
}

/** @throws RangeError where the table holds no JSON */
export function contentOf({ name, content }: Table): string {
  if (content === undefined) throw new RangeError(`table ${name} holds no JSON`);
  return content;
}
