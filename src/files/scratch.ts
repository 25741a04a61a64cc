import { MAX_ROW_BYTES } from "./limits.js";
import { type Database, keepCacheSmall, openScratch, prepared } from "./sqlite.js";
import type { Table } from "./tables.js";

/** A file for SQLite, as in `ReadPlan.name`, or a function that writes the tables into the schema `source`. */
export type ScratchSource = string | ((db: Database) => void);

/** An in-memory copy of one conversation's rows, with their rowids: a repair is tried here before it is planned. */
export class Scratch {
  readonly db: Database;
  readonly #tables: readonly Table[];
  /** Ids given to new rows, each with its table: of this conversation, and of others that were planned before it. */
  readonly claimed = new Set<string>();

  /** `working`: SQL that makes tables which a reader needs besides the declared ones. */
  constructor(source: ScratchSource, tables: readonly Table[], working = "") {
    this.#tables = tables;
    this.db = openScratch();
    this.db.pragma("foreign_keys = off");
    this.db.prepare("attach ? as source").run(typeof source === "string" ? source : ":memory:");
    if (typeof source === "string") keepCacheSmall(this.db, "source");
    else source(this.db);
    for (const table of tables) this.#create(table);
    for (const table of tables.filter(({ holds }) => holds === "context")) this.#copy(table, "1");
    this.db.exec(working);
  }

  /** Replaces the copy by the rows of another conversation. */
  load(handle: number): void {
    const owned = this.#tables.filter(({ holds }) => holds !== "context");
    for (const { name } of owned) this.db.exec(`delete from main."${name}"`);
    for (const table of owned)
      if (table.ofConversation) this.#copy(table, table.ofConversation);
      else this.#copy(table, "rowid = ?", handle);
  }

  /** Takes an id for a new row; false where a row of the file has it already, or where it is claimed. */
  claim(table: string, id: string): boolean {
    const has = (schema: string) =>
      prepared(this.db, `select 1 from ${schema}."${table}" where id = ?`).get(id) !== undefined;
    const key = `${table} ${id}`;
    if (this.claimed.has(key) || has("main") || has("source")) return false;
    this.claimed.add(key);
    return true;
  }

  close(): void {
    this.db.close();
  }

  #create({ name, indexes = [] }: Table): void {
    const columns = this.db
      .prepare(
        "select name, type, \"notnull\" and dflt_value is null as needed from pragma_table_info(?, 'source')",
      )
      .all(name) as { name: string; type: string; needed: 0 | 1 }[];
    const declared = columns
      .map((column) => `"${column.name}" ${column.type}${column.needed ? " not null" : ""}`)
      .join(", ");
    this.db.exec(`create table main."${name}" (${declared})`);
    for (const column of indexes)
      this.db.exec(`create index main."${name}_by_${column}" on "${name}" ("${column}")`);
  }

  #copy({ name: table, content }: Table, where: string, ...values: number[]): void {
    const names = prepared(this.db, "select name from pragma_table_info(?, 'source')")
      .pluck()
      .all(table) as string[];
    const columns = names.map((name) => `"${name}"`).join(", ");
    // A row that is too large to be opened keeps a size that says so.
    const copied = names
      .map((name) =>
        name === content
          ? `iif(octet_length("${name}") > ${MAX_ROW_BYTES}, zeroblob(${MAX_ROW_BYTES + 1}), "${name}")`
          : `"${name}"`,
      )
      .join(", ");
    prepared(
      this.db,
      `insert into main."${table}" (rowid, ${columns}) select rowid, ${copied} from source."${table}" where ${where}`,
    ).run(...values);
  }
}
