import { commandLine, DoctorError } from "../errors.js";

import {
  applyEdit,
  type Cell,
  type Cells,
  deleteRow,
  digestOf,
  type InsertRow,
  insertRow,
  type Operation,
  readRow,
  updateColumn,
} from "../files/rows.js";
import type { Database } from "../files/sqlite.js";
import { contentOf, keyColumn, type Table, tableNamed } from "../files/tables.js";
import type { JournalWriter } from "./journal.js";

/** Where the rows of a repair are written. */
export interface RowWriter {
  readonly db: Database;
  readonly tables: readonly Table[];
  /** The name of the database for messages. */
  readonly path: string;
  readonly journal: JournalWriter | null;
  /** Rows of conversations that were written: another plan of the same repair saw them as they were before. */
  readonly written: Set<string>;
}

/**
 * The row as the plan saw it; null for a row that is added.
 * @throws DoctorError CHANGED
 */
function rowBefore({ db, tables, path, written }: RowWriter, operation: Operation): Cells | null {
  if (operation.kind === "insert") return null;
  const found = readRow(db, operation.table, operation.rowid);
  const isAsSeen = found && (written.has(placeOf(operation)) || digestOf(found) === operation.before);
  if (isAsSeen && isNamed(found, operation, keyColumn(tableNamed(tables, operation.table)))) return found;
  throw new DoctorError(
    "CHANGED",
    `${path}: ${operation.table} ${operation.id} was changed after the plan was made; nothing was written`,
    commandLine("repair", path),
  );
}

function placeOf({ table, rowid }: Exclude<Operation, InsertRow>): string {
  return `${table} ${rowid}`;
}

/** An operation names its row by the id that it has afterwards. */
function isNamed(found: Cells, operation: Operation, key: string): boolean {
  const isRenamed = operation.kind === "update" && operation.columns[key] === operation.id;
  return isRenamed || String(found[key]) === operation.id;
}

/**
 * Writes the operations of one conversation, and then its rows to the journal; all or, where a row breaks a rule of its
 * table, nothing.
 * @returns the reason why nothing was written; null if everything was
 * @throws DoctorError CHANGED where a row is not as the plan saw it
 */
export function writeAll(writer: RowWriter, operations: readonly Operation[]): string | null {
  const { db, journal } = writer;
  db.exec("savepoint conversation");
  try {
    const entries = write(writer, operations);
    for (const entry of entries) journal?.add(entry);
    return null;
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (!code?.startsWith("SQLITE_CONSTRAINT")) throw error;
    db.exec("rollback to conversation");
    return message;
  } finally {
    if (db.inTransaction) db.exec("release conversation");
  }
}

type Written = Parameters<JournalWriter["add"]>[0];

function write(writer: RowWriter, operations: readonly Operation[]): Written[] {
  const { db, tables } = writer;
  const before = operations.map((operation) => rowBefore(writer, operation));
  makeRoom(db, tables, operations);
  const rowids = new Map<Operation, number>();
  // Rows go before rows come: an inserted row may take the place of a removed one.
  for (const kind of ["delete", "update", "insert"] as const)
    for (const operation of operations)
      if (operation.kind === kind) rowids.set(operation, writeOne(db, tables, operation));
  for (const operation of operations)
    if (operation.kind === "update" && tableNamed(tables, operation.table).holds === "conversation")
      writer.written.add(placeOf(operation));
  return operations.map((operation, at) => {
    const { table, id, rules } = operation;
    const rowid = rowids.get(operation) ?? 0;
    const after = operation.kind === "delete" ? null : readRow(db, table, rowid);
    return { table, rowid, id, rules, before: before[at] ?? null, after };
  });
}

/** Positions are unique: rows that move make room first, in one step for all. */
function makeRoom(db: Database, tables: readonly Table[], operations: readonly Operation[]): void {
  for (const operation of operations) {
    if (operation.kind !== "update") continue;
    const { position } = tableNamed(tables, operation.table);
    if (position !== undefined && operation.columns[position] !== undefined)
      updateColumn(db, operation.table, operation.rowid, position, -1_000_000_000 - operation.rowid);
  }
}

function writeOne(db: Database, tables: readonly Table[], operation: Operation): number {
  const { table } = operation;
  if (operation.kind === "insert") {
    const cells = Object.entries(operation.values).map(([name, value]) => [name, asStored(value)] as const);
    return insertRow(db, table, Object.fromEntries(cells));
  }
  if (operation.kind === "delete") {
    deleteRow(db, table, operation.rowid);
    return operation.rowid;
  }
  for (const edit of operation.edits)
    applyEdit(db, table, contentOf(tableNamed(tables, table)), operation.rowid, edit);
  for (const [column, value] of Object.entries(operation.columns))
    updateColumn(db, table, operation.rowid, column, asStored(value));
  return operation.rowid;
}

/** A whole number of a plan is an INTEGER, also where the column has no type. */
function asStored(value: string | number | null): Cell {
  return typeof value === "number" && Number.isSafeInteger(value) ? BigInt(value) : value;
}
