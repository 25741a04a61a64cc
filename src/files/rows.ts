import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import { DoctorError } from "../errors.js";
import type { Json } from "../model/conversation.js";
import { once } from "../model/once.js";
import { type Database, prepared, type Statement } from "./sqlite.js";

/** Text whose bytes are not valid UTF-8. Marked, so that it differs from a BLOB and is written back byte for byte. */
export class RawText {
  constructor(readonly bytes: Buffer) {}
}

/** A value of a column, as better-sqlite3 returns it. */
export type Cell = string | number | bigint | Buffer | RawText | null;
export type Cells = Record<string, Cell>;

/** One change of a row's JSON. `set` and `unset` leave every other byte's meaning as it is. */
export type Edit =
  | { readonly set: string; readonly value: Json }
  | { readonly unset: string }
  | { readonly wrap: string }
  | { readonly unquote: string }
  | { readonly replace: string };

/** A state, a time, an id or a flag before and after a repair; absent where nothing is stored. */
export interface Change {
  /** JSON path, or name of a column. */
  readonly at: string;
  readonly from?: string | number | boolean | null;
  readonly to?: string | number | boolean | null;
}

interface Target {
  /** Name of the table. */
  readonly table: string;
  readonly id: string;
  readonly session: string | null;
  /** The rules that asked for it. */
  readonly rules: readonly string[];
}
export interface InsertRow extends Target {
  readonly kind: "insert";
  readonly values: Readonly<Record<string, string | number | null>>;
}
export interface UpdateRow extends Target {
  readonly kind: "update";
  readonly rowid: number;
  /** Digest of the whole row as it must be found. */
  readonly before: string;
  readonly edits: readonly Edit[];
  readonly columns: Readonly<Record<string, string | number | null>>;
  /** States, times, ids and flags, old and new; absent where none changes. */
  readonly changes?: readonly Change[];
}
export interface DeleteRow extends Target {
  readonly kind: "delete";
  readonly rowid: number;
  readonly before: string;
}
export type Operation = InsertRow | UpdateRow | DeleteRow;

/**
 * The whole row, exact: text that is no valid UTF-8 comes as RawText, every stored integer as a bigint, so that a number
 * is always a REAL. Null where the row is gone.
 */
export function readRow(db: Database, table: string, rowid: number): Cells | null {
  const rowsOf = readersOf(db);
  const { columns, statement } = rowsOf.get(table) ?? rowReader(db, table);
  rowsOf.set(table, { columns, statement });
  const found = statement.get(rowid) as Cell[] | undefined;
  if (!found) return null;
  const cells: Cells = {};
  for (const [index, name] of columns.entries()) {
    const cell = found[2 * index + 1] ?? null;
    cells[name] = found[2 * index] === 1n && Buffer.isBuffer(cell) ? textOf(cell) : cell;
  }
  return cells;
}

interface RowReader {
  readonly columns: readonly string[];
  /** Selects for each column whether it holds text, and the value, text as its bytes. */
  readonly statement: Statement;
}

const readersOf = once((_: Database) => new Map<string, RowReader>());

function rowReader(db: Database, table: string): RowReader {
  const columns = db.prepare("select name from pragma_table_info(?)").pluck().all(table) as string[];
  const list = columns.map(
    (name) =>
      `typeof("${name}") = 'text', iif(typeof("${name}") = 'text', cast("${name}" as blob), "${name}")`,
  );
  const statement = db
    .prepare(`select ${list.join(", ")} from "${table}" where rowid = ?`)
    .safeIntegers()
    .raw();
  return { columns, statement };
}

function textOf(bytes: Buffer): Cell {
  return isUtf8(bytes) ? bytes.toString("utf8") : new RawText(bytes);
}

/** Digest of a row: types and bytes of every column. */
export function digestOf(cells: Cells): string {
  const pieces = Object.entries(cells).map(
    ([name, cell]) => `\u0000${name}\u0000${encodeCell(cell).join(":")}`,
  );
  return createHash("sha256").update(pieces.join("")).digest("hex");
}

/** A cell as a tag and a text, exact for every type. */
export function encodeCell(cell: Cell): [string, string] {
  if (cell === null) return ["n", ""];
  if (cell instanceof RawText) return ["r", cell.bytes.toString("base64")];
  if (Buffer.isBuffer(cell)) return ["b", cell.toString("base64")];
  if (typeof cell === "string") return ["t", cell];
  if (typeof cell === "bigint") return ["i", cell.toString()];
  return ["f", Object.is(cell, -0) ? "-0" : String(cell)];
}

export function decodeCell([tag, text]: [string, string]): Cell {
  if (tag === "n") return null;
  if (tag === "r") return new RawText(Buffer.from(text, "base64"));
  if (tag === "b") return Buffer.from(text, "base64");
  if (tag === "t") return text;
  return tag === "i" ? BigInt(text) : Number(text);
}

/** How to bind a cell: text of invalid UTF-8 goes in as bytes and is cast. */
function binding(cell: Cell): { sql: string; value: Exclude<Cell, RawText> } {
  return cell instanceof RawText ? { sql: "cast(? as text)", value: cell.bytes } : { sql: "?", value: cell };
}

export function insertRow(db: Database, table: string, cells: Readonly<Cells>, rowid?: number): number {
  const columns = Object.keys(cells);
  const bound = Object.values(cells).map(binding);
  const withRowid =
    rowid === undefined
      ? { names: "", marks: "", values: [] }
      : { names: "rowid, ", marks: "?, ", values: [rowid] };
  const sql = `insert into "${table}" (${withRowid.names}${columns.map((name) => `"${name}"`).join(", ")}) values (${withRowid.marks}${bound.map(({ sql: mark }) => mark).join(", ")})`;
  return Number(db.prepare(sql).run(...withRowid.values, ...bound.map(({ value }) => value)).lastInsertRowid);
}

/** @throws DoctorError VERIFY_FAILED where a write changed another number of rows than one */
function oneRow({ changes }: { changes: number }, table: string, rowid: number): void {
  if (changes !== 1)
    throw new DoctorError(
      "VERIFY_FAILED",
      `${table}: ${changes} rows were written where row ${rowid} was meant; rolled back`,
    );
}

export function deleteRow(db: Database, table: string, rowid: number): void {
  oneRow(prepared(db, `delete from "${table}" where rowid = ?`).run(rowid), table, rowid);
}

export function updateColumn(db: Database, table: string, rowid: number, column: string, cell: Cell): void {
  const { sql, value } = binding(cell);
  const statement = prepared(db, `update "${table}" set "${column}" = ${sql} where rowid = ?`);
  oneRow(statement.run(value, rowid), table, rowid);
}

/** `column`: the one that holds the row's JSON. */
export function applyEdit(db: Database, table: string, column: string, rowid: number, edit: Edit): void {
  const run = (expression: string, ...values: string[]) => {
    const statement = prepared(db, `update "${table}" set "${column}" = ${expression} where rowid = ?`);
    oneRow(statement.run(...values, rowid), table, rowid);
  };
  if ("replace" in edit) updateColumn(db, table, rowid, column, edit.replace);
  else if ("unset" in edit) run(`json_remove("${column}", ?)`, edit.unset);
  else if ("wrap" in edit)
    run(`json_set("${column}", ?, json_object('value', json("${column}" -> ?)))`, edit.wrap, edit.wrap);
  else if ("unquote" in edit)
    run(`json_set("${column}", ?, json("${column}" ->> ?))`, edit.unquote, edit.unquote);
  else run(`json_set("${column}", ?, json(?))`, edit.set, JSON.stringify(edit.value));
}
