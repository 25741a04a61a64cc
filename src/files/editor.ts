import { DoctorError } from "../errors.js";
import type { Json, Row } from "../model/conversation.js";
import { once } from "../model/once.js";
import { differingColumns, plainCells, plainChanges } from "./changes.js";
import { MAX_ROW_BYTES } from "./limits.js";
import {
  applyEdit,
  type Cell,
  type Cells,
  deleteRow,
  digestOf,
  type Edit,
  insertRow,
  type Operation,
  readRow,
  updateColumn,
} from "./rows.js";
import { columnsOf, type Database, prepared } from "./sqlite.js";
import { contentOf, keyColumn, rowOf, type Table, tableNamed } from "./tables.js";

interface Touched {
  readonly table: Table;
  readonly rowid: number;
  readonly before: Cells | null;
  readonly edits: Edit[];
  readonly rules: Set<string>;
}

/** Inserted rows must not take the place of removed ones in the scratch copy. */
const FIRST_NEW_ROWID = 2 ** 45;

/** Edits rows of a scratch copy and remembers which: the plan is the difference. Later edits see the earlier ones. */
export class Editor {
  readonly db: Database;
  readonly #tables: readonly Table[];
  readonly #touched = new Map<string, Touched>();
  /** Call ids that repairs gave out: the model that a rule sees may still show the old ones. */
  readonly claimed = new Set<string>();
  #rule = "";

  /** Takes an id for a new row; false where a row of the file has it. */
  readonly claim: (table: string, id: string) => boolean;
  #nextRowid = FIRST_NEW_ROWID;

  constructor(db: Database, tables: readonly Table[], claim: (table: string, id: string) => boolean) {
    this.db = db;
    this.#tables = tables;
    this.claim = claim;
  }

  mark(): { keep(): void; undo(): void } {
    const copy = (touched: Touched): Touched => ({
      ...touched,
      edits: [...touched.edits],
      rules: new Set(touched.rules),
    });
    const before = [...this.#touched].map(([key, touched]) => [key, copy(touched)] as const);
    this.db.exec("savepoint mark");
    const keep = () => void this.db.exec("release mark");
    const undo = () => {
      this.db.exec("rollback to mark");
      this.#touched.clear();
      for (const [key, touched] of before) this.#touched.set(key, touched);
      keep();
    };
    return { keep, undo };
  }

  /** Edits from here on are made for this rule. */
  for(rule: string): void {
    this.#rule = rule;
  }

  set(row: Row, path: string, value: Json): void {
    this.#edit(row, { set: path, value });
  }

  unset(row: Row, path: string): void {
    this.#edit(row, { unset: path });
  }

  /** Puts another document in the place of a row's JSON. */
  replace(row: Row, text: string): void {
    this.#edit(row, { replace: text });
  }

  column(row: Row, name: string, value: string | number | null): void {
    const touched = this.#touch(row);
    updateColumn(this.db, touched.table.name, touched.rowid, name, value);
  }

  remove(row: Row): void {
    const touched = this.#touch(row);
    deleteRow(this.db, touched.table.name, touched.rowid);
  }

  insert(name: string, values: Readonly<Record<string, string | number | null>>): Row {
    const table = tableNamed(this.#tables, name);
    const rowid = insertRow(this.db, name, values, this.#nextRowid++);
    const key = `${name} ${rowid}`;
    this.#touched.set(key, { table, rowid, before: null, edits: [], rules: new Set([this.#rule]) });
    return rowOf(table, String(values.id), rowid);
  }

  /** Puts the value at the path into an object, `{"value": ...}`, digit by digit as it stands. */
  wrap(row: Row, path: string): void {
    this.#edit(row, { wrap: path });
  }

  /** Puts the JSON that a string holds in the place of the string. */
  unquote(row: Row, path: string): void {
    this.#edit(row, { unquote: path });
  }

  /** The row's JSON as it stands now, also where it is stored as a BLOB; null where it is neither. */
  content(row: Row): string | null {
    const column = this.#contentOf(row);
    const cell = this.cell(row, column);
    return typeof cell === "string" ? cell : Buffer.isBuffer(cell) ? cell.toString("utf8") : null;
  }

  /** SQLite's type of the row's content. */
  storedAs(row: Row): string {
    return String(
      prepared(this.db, `select typeof("${this.#contentOf(row)}") from "${row.table}" where rowid = ?`)
        .pluck()
        .get(rowidOf(row)),
    );
  }

  /** Null also where older files have no such column. */
  cell(row: Row, column: string): Cell {
    if (!hasColumn(this.db, row.table, column)) return null;
    return (
      (prepared(this.db, `select "${column}" from "${row.table}" where rowid = ?`)
        .pluck()
        .get(rowidOf(row)) as Cell | undefined) ?? null
    );
  }

  /** One value of a query over the scratch rows. */
  ask(sql: string, ...values: (string | number)[]): Cell {
    return (
      (prepared(this.db, sql)
        .pluck()
        .get(...values) as Cell | undefined) ?? null
    );
  }

  exists(row: Row): boolean {
    return prepared(this.db, `select 1 from "${row.table}" where rowid = ?`).get(rowidOf(row)) !== undefined;
  }

  /** The changes of the rows since before all edits: one operation for each row, in the order of the first edits. */
  operations(session: string | null): Operation[] {
    const operations: Operation[] = [];
    for (const { table, rowid, before, edits, rules } of this.#touched.values()) {
      const after = readRow(this.db, table.name, rowid);
      const id = String((after ?? before)?.[keyColumn(table)]);
      const place = { table: table.name, id, session, rules: [...rules] };
      if (before === null) {
        // A column that was not given gets the table's own default.
        if (after)
          operations.push({
            kind: "insert",
            ...place,
            values: plainCells(Object.fromEntries(Object.entries(after).filter(([, cell]) => cell !== null))),
          });
      } else if (after === null)
        operations.push({ kind: "delete", ...place, rowid, before: digestOf(before) });
      else {
        const changed = differingColumns(before, after);
        if (changed.length === 0) continue;
        const changes = plainChanges(table.content, changed, before, after, edits);
        const columns = changed.filter((name) => name !== table.content);
        operations.push({
          kind: "update",
          ...place,
          rowid,
          before: digestOf(before),
          edits,
          columns: plainCells(Object.fromEntries(columns.map((name) => [name, after[name] ?? null]))),
          ...(changes.length > 0 && { changes }),
        });
      }
    }
    return operations;
  }

  #contentOf(row: Row): string {
    return contentOf(tableNamed(this.#tables, row.table));
  }

  #edit(row: Row, edit: Edit): void {
    const { table, rowid, edits } = this.#touch(row);
    applyEdit(this.db, table.name, contentOf(table), rowid, edit);
    edits.push(edit);
  }

  #touch(row: Row): Touched {
    const table = tableNamed(this.#tables, row.table);
    const rowid = rowidOf(row);
    const key = `${table.name} ${rowid}`;
    const known = this.#touched.get(key);
    if (known) {
      known.rules.add(this.#rule);
      return known;
    }
    this.#refuseLarge(table, rowid);
    const before = readRow(this.db, table.name, rowid);
    const touched: Touched = { table, rowid, before, edits: [], rules: new Set([this.#rule]) };
    this.#touched.set(key, touched);
    return touched;
  }

  /** @throws DoctorError UNSUPPORTED: the working copy does not hold the content of such a row */
  #refuseLarge({ name, content }: Table, rowid: number): void {
    if (content === undefined) return;
    const bytes = prepared(this.db, `select octet_length("${content}") from "${name}" where rowid = ?`)
      .pluck()
      .get(rowid);
    if (typeof bytes === "number" && bytes > MAX_ROW_BYTES)
      throw new DoctorError("UNSUPPORTED", "a row over 32 MB is sized, not opened");
  }
}

const columnsBy = once((_: Database) => new Map<string, ReadonlySet<string>>());

/** The columns of a working copy do not change: each conversation has an editor of its own. */
function hasColumn(db: Database, table: string, column: string): boolean {
  const known = columnsBy(db).get(table) ?? new Set(columnsOf(db, table).keys());
  columnsBy(db).set(table, known);
  return known.has(column);
}

function rowidOf({ table, id, rowid }: Row): number {
  if (rowid === undefined) throw new RangeError(`${table} ${id} was read without its rowid`);
  return rowid;
}
