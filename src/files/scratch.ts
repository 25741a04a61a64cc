import { MAX_ROW_BYTES } from "./limits.js";
import { type Database, keepCacheSmall, openScratch, prepared, type Statement } from "./sqlite.js";
import type { Table } from "./tables.js";

/** A file for SQLite, as in `ReadPlan.name`, or a function that writes the tables into the schema `source`. */
export type ScratchSource = string | ((db: Database) => void);

/** An in-memory copy of one conversation's rows, with their rowids: a repair is tried here before it is planned. */
export class Scratch {
  readonly db: Database;
  /** The tables whose rows belong to the conversation, each with the statements that empty it and fill it. */
  readonly #owned: readonly { clear: Statement; copy: Statement; takesHandle: boolean }[];
  /** Ids given to new rows, each with its table: of this conversation, and of others that were planned before it. */
  readonly claimed = new Set<string>();

  /** `working`: SQL that makes tables which a reader needs besides the declared ones. */
  constructor(source: ScratchSource, tables: readonly Table[], working = "") {
    this.db = openScratch();
    this.db.pragma("foreign_keys = off");
    this.db.prepare("attach ? as source").run(typeof source === "string" ? source : ":memory:");
    if (typeof source === "string") keepCacheSmall(this.db, "source");
    else source(this.db);
    for (const table of tables) this.#create(table);
    const isContext = ({ holds }: Table) => holds === "context";
    for (const table of tables.filter(isContext)) this.#copying(table, "1").run();
    this.#owned = tables
      .filter((table) => !isContext(table))
      .map((table) => ({
        clear: this.db.prepare(`delete from main."${table.name}"`),
        copy: this.#copying(table, table.ofConversation ?? "rowid = ?"),
        takesHandle: table.ofConversation === undefined,
      }));
    this.db.exec(working);
  }

  /** Replaces the copy by the rows of another conversation. */
  load(handle: number): void {
    for (const { clear } of this.#owned) clear.run();
    for (const { copy, takesHandle } of this.#owned) copy.run(...(takesHandle ? [handle] : []));
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

  #copying({ name: table, content }: Table, where: string): Statement {
    const names = this.db
      .prepare("select name from pragma_table_info(?, 'source')")
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
    return this.db.prepare(
      `insert into main."${table}" (rowid, ${columns}) select rowid, ${copied} from source."${table}" where ${where}`,
    );
  }
}
