import { MAX_ROW_BYTES } from "../limits.js";
import type { Cell, Cells } from "../rows.js";
import { type Database, prepared, type Statement } from "../sqlite.js";
import { keyColumn, type Table } from "../tables.js";
import { quoted, type ServerColumn, type ServerTable } from "./catalog.js";
import type { TextRow } from "./session.js";

/** A table of a store as the server has it. */
export type MirroredTable = ServerTable & { readonly declared: Table };

/** The statement that adds a row of a table, the kinds of its values, and the place of its content. */
interface Insert {
  readonly statement: Statement;
  readonly holds: readonly ServerColumn["holds"][];
  readonly content: number;
}

/**
 * Some rows of a server in SQLite, with the exact text of each value: the code that reads, judges and mends rows of
 * SQLite does the same with these. Whole numbers are integers, times are ISO 8601 with all digits of the server.
 */
export class Mirror {
  readonly db: Database;
  readonly #schema: string;
  readonly #tables: readonly MirroredTable[];
  readonly #last = new Map<string, number>();
  readonly #inserts = new Map<MirroredTable, Insert>();

  /** `isStrict`: ids and positions are unique, as on the server. */
  constructor(
    db: Database,
    tables: readonly MirroredTable[],
    { schema = "main", isStrict = false }: { schema?: string; isStrict?: boolean } = {},
  ) {
    this.db = db;
    this.#schema = schema;
    this.#tables = tables;
    for (const table of tables) {
      this.#create(table);
      this.#index(table, isStrict ? "unique index" : "index");
    }
  }

  /**
   * Adds a row that was read with `selected`. Rows of a table are numbered from 1 in the order in which they are added.
   * Returns the number.
   */
  add(table: MirroredTable, row: TextRow): number {
    if (!this.db.inTransaction) this.db.exec("begin");
    const rowid = (this.#last.get(table.name) ?? 0) + 1;
    this.#last.set(table.name, rowid);
    const insert = this.#insertOf(table);
    const values: Cell[] = insert.holds.map((holds, at) => cellOf(holds, row[at] ?? null));
    const isTooLarge = row[values.length] === "t";
    // A row that is too large to be opened keeps a size that says so.
    if (isTooLarge && insert.content >= 0) values[insert.content] = Buffer.alloc(MAX_ROW_BYTES + 1);
    insert.statement.run(...values, rowid);
    return rowid;
  }

  /** Ends the transaction in which rows were added. */
  commit(): void {
    if (this.db.inTransaction) this.db.exec("commit");
  }

  clear(): void {
    for (const { name } of this.#tables) this.db.exec(`delete from ${this.#schema}.${quoted(name)}`);
    this.#last.clear();
  }

  #insertOf(table: MirroredTable): Insert {
    const known = this.#inserts.get(table);
    if (known) return known;
    const { name, columns, declared } = table;
    const names = columns.map((column) => quoted(column.name)).join(", ");
    const marks = "?, ".repeat(columns.length);
    const insert = {
      statement: this.db.prepare(
        `insert into ${this.#schema}.${quoted(name)} (${names}, rowid) values (${marks}?)`,
      ),
      holds: columns.map(({ holds }) => holds),
      content: columns.findIndex((column) => column.name === declared.content),
    };
    this.#inserts.set(table, insert);
    return insert;
  }

  #create({ name, columns }: MirroredTable): void {
    const declared = columns.map(
      (column) =>
        `${quoted(column.name)} ${column.holds === "integer" ? "integer" : "text"}${column.isNeeded ? " not null" : ""}`,
    );
    this.db.exec(`create table ${this.#schema}.${quoted(name)} (${declared.join(", ")})`);
  }

  #index({ name, declared }: MirroredTable, kind: string): void {
    const { conversation, position } = declared;
    const keys = [[keyColumn(declared)], ...(conversation && position ? [[conversation, position]] : [])];
    for (const [at, columns] of keys.entries())
      this.db.exec(
        `create ${kind} ${this.#schema}.${quoted(`${name}_${at}`)} on ${quoted(name)} (${columns.map(quoted).join(", ")})`,
      );
  }
}

/** The row with this id in one of the schemas of a database; null where there is none. */
export function cellsOf(
  db: Database,
  schema: string,
  { name, declared }: MirroredTable,
  id: string,
): Cells | null {
  const sql = `select * from ${schema}.${quoted(name)} where ${quoted(keyColumn(declared))} = ?`;
  const found = prepared(db, sql).safeIntegers().get(id);
  return (found as Cells | undefined) ?? null;
}

/** SQL for the columns of a table in order, and whether the row's content is too large to be opened. */
export function selected({ columns, declared }: MirroredTable, alias: string): string {
  const of = (name: string) => `${alias}.${quoted(name)}`;
  const { content } = declared;
  const isLarge = content === undefined ? "false" : `octet_length(${of(content)}) > ${MAX_ROW_BYTES}`;
  const list = columns.map(({ name }) =>
    name === content ? `case when ${isLarge} then '' else ${of(name)} end` : of(name),
  );
  return [...list, isLarge].join(", ");
}

const SERVER_TIME = /^(\d{4,6}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?)\+00$/;

function cellOf(holds: ServerColumn["holds"], text: string | null): Cell {
  if (text === null) return null;
  if (holds === "integer") return BigInt(text);
  return holds === "time" ? text.replace(SERVER_TIME, "$1T$2Z") : text;
}

/** A value of a mirror as the server takes it. */
export function serverText(cell: Cell): string | null {
  return cell === null ? null : String(cell);
}
