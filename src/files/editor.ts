import { DoctorError } from "../errors.js";
import type { Json, Message, Row } from "../model/conversation.js";
import type { Mark } from "../repair/rounds.js";
import { idBetween } from "../stores/opencode/ids.js";
import { MAX_ROW_BYTES } from "./limits.js";
import {
  applyEdit,
  type Cell,
  type Cells,
  CONTENT,
  deleteRow,
  digestOf,
  type Edit,
  encodeCell,
  insertRow,
  type Operation,
  readRow,
  type TableName,
  updateColumn,
} from "./rows.js";
import { columnsOf, type Database, prepared } from "./sqlite.js";

interface Touched {
  readonly table: TableName;
  readonly rowid: number;
  readonly before: Cells | null;
  readonly edits: Edit[];
  readonly rules: Set<string>;
}

/** Inserted rows must not take the place of removed ones in the scratch copy. */
const FIRST_NEW_ROWID = 2 ** 45;

/**
 * Edits rows of a scratch copy and remembers which: rules see the effect of the rules before them, and the
 * plan is what is different in the end. Conflicts cannot arise: edits come one after the other.
 */
export class Editor {
  readonly #db: Database;
  readonly #touched = new Map<string, Touched>();
  readonly #columns = new Map<string, ReadonlySet<string>>();
  /** Call ids that repairs gave out: the model that a rule sees may still show the old ones. */
  readonly claimed = new Set<string>();
  #rule = "";

  /** Takes an id for a new row; false where it is taken. */
  readonly #claim: (table: string, id: string) => boolean;
  #nextRowid = FIRST_NEW_ROWID;

  constructor(db: Database, claim: (table: string, id: string) => boolean) {
    this.#db = db;
    this.#claim = claim;
  }

  mark(): Mark {
    const copy = (touched: Touched): Touched => ({
      ...touched,
      edits: [...touched.edits],
      rules: new Set(touched.rules),
    });
    const before = [...this.#touched].map(([key, touched]) => [key, copy(touched)] as const);
    this.#db.exec("savepoint mark");
    const keep = () => void this.#db.exec("release mark");
    const undo = () => {
      this.#db.exec("rollback to mark");
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
    const touched = this.#touch(row.table as TableName, row.rowid!);
    updateColumn(this.#db, touched.table, touched.rowid, name, value);
  }

  remove(row: Row): void {
    const touched = this.#touch(row.table as TableName, row.rowid!);
    deleteRow(this.#db, touched.table, touched.rowid);
  }

  /** A whole opencode message with its parts. */
  removeMessage(message: Message): void {
    for (const { rowid } of this.#db
      .prepare("select rowid from part where message_id = ?")
      .all(message.row.id) as { rowid: number }[])
      this.remove({ ...message.row, table: "part", rowid });
    this.remove(message.row);
  }

  insert(table: TableName, values: Readonly<Record<string, string | number | null>>): Row {
    const rowid = insertRow(this.#db, table, values, this.#nextRowid++);
    const key = `${table} ${rowid}`;
    this.#touched.set(key, { table, rowid, before: null, edits: [], rules: new Set([this.#rule]) });
    return {
      table: table as Row["table"],
      id: String(values.id),
      rowid,
      created: null,
      updated: null,
      size: 0,
    };
  }

  /** The id, or the nearest one to it that no row of the file has. */
  freeId(table: "message" | "part", wanted: string): string {
    return this.#claim(table, wanted) ? wanted : this.freshId(table, wanted, null);
  }

  /** An id between two neighbours that no row of the file has. */
  freshId(table: "message" | "part", low: string | null, high: string | null): string {
    const prefix = table === "message" ? "msg" : "prt";
    for (let floor = low; ; ) {
      const id = idBetween(prefix, floor, high);
      if (this.#claim(table, id)) return id;
      floor = id;
    }
  }

  /** Puts the value at the path into an object, `{"value": …}`, digit by digit as it stands. */
  wrap(row: Row, path: string): void {
    this.#edit(row, { wrap: path });
  }

  /** Puts the JSON that a string holds in the place of the string. */
  unquote(row: Row, path: string): void {
    this.#edit(row, { unquote: path });
  }

  /** The row's JSON as it stands now, also where it is stored as a BLOB; null where it is neither. */
  content(row: Row): string | null {
    const column = CONTENT[row.table as TableName]!;
    const cell = this.cell(row, column);
    return typeof cell === "string" ? cell : Buffer.isBuffer(cell) ? cell.toString("utf8") : null;
  }

  /** SQLite's type of the row's content. */
  storedAs(row: Row): string {
    return String(
      prepared(
        this.#db,
        `select typeof("${CONTENT[row.table as TableName]}") from "${row.table}" where rowid = ?`,
      )
        .pluck()
        .get(row.rowid!),
    );
  }

  /** Null also where older files have no such column. */
  cell(row: Row, column: string): Cell {
    if (!this.#hasColumn(row.table, column)) return null;
    return (
      (prepared(this.#db, `select "${column}" from "${row.table}" where rowid = ?`).pluck().get(row.rowid!) as
        | Cell
        | undefined) ?? null
    );
  }

  #hasColumn(table: string, column: string): boolean {
    const known = this.#columns.get(table) ?? new Set(columnsOf(this.#db, table).keys());
    this.#columns.set(table, known);
    return known.has(column);
  }

  /** One value of a query over the scratch rows. */
  ask(sql: string, ...values: (string | number)[]): Cell {
    return (
      (prepared(this.#db, sql)
        .pluck()
        .get(...values) as Cell | undefined) ?? null
    );
  }

  exists(row: Row): boolean {
    return prepared(this.#db, `select 1 from "${row.table}" where rowid = ?`).get(row.rowid!) !== undefined;
  }

  /** What is different from the rows as they were, one operation a row, in the order in which rows were touched. */
  operations(session: string | null): Operation[] {
    const operations: Operation[] = [];
    for (const { table, rowid, before, edits, rules } of this.#touched.values()) {
      const after = readRow(this.#db, table, rowid);
      const id = String((after ?? before)?.id);
      const place = { table, id, session, rules: [...rules] };
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
      else if (digestOf(after) !== digestOf(before))
        operations.push({
          kind: "update",
          ...place,
          rowid,
          before: digestOf(before),
          edits,
          columns: changedColumns(table, before, after),
        });
    }
    return operations;
  }

  #edit(row: Row, edit: Edit): void {
    const touched = this.#touch(row.table as TableName, row.rowid!);
    applyEdit(this.#db, touched.table, touched.rowid, edit);
    touched.edits.push(edit);
  }

  #touch(table: TableName, rowid: number): Touched {
    const key = `${table} ${rowid}`;
    const known = this.#touched.get(key);
    if (known) {
      known.rules.add(this.#rule);
      return known;
    }
    this.#refuseLarge(table, rowid);
    const touched: Touched = {
      table,
      rowid,
      before: readRow(this.#db, table, rowid),
      edits: [],
      rules: new Set([this.#rule]),
    };
    this.#touched.set(key, touched);
    return touched;
  }

  /** @throws DoctorError UNSUPPORTED: the scratch copy does not hold the content of such a row */
  #refuseLarge(table: TableName, rowid: number): void {
    const column = CONTENT[table];
    if (column === undefined) return;
    const bytes = prepared(this.#db, `select octet_length("${column}") from "${table}" where rowid = ?`)
      .pluck()
      .get(rowid);
    if (typeof bytes === "number" && bytes > MAX_ROW_BYTES)
      throw new DoctorError("UNSUPPORTED", "a row over 32 MB is sized, not opened");
  }
}

function changedColumns(
  table: TableName,
  before: Cells,
  after: Cells,
): Record<string, string | number | null> {
  const changed = Object.keys(after).filter(
    (name) =>
      name !== CONTENT[table] && encodeCell(before[name]!).join(":") !== encodeCell(after[name]!).join(":"),
  );
  return plainCells(Object.fromEntries(changed.map((name) => [name, after[name]!])));
}

function plainCells(cells: Cells): Record<string, string | number | null> {
  const plain = Object.entries(cells).map(([name, cell]) => [
    name,
    typeof cell === "bigint" ? Number(cell) : cell,
  ]);
  return Object.fromEntries(plain) as Record<string, string | number | null>;
}
