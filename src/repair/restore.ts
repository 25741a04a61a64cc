import { existsSync, readdirSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { asDoctorError, DoctorError } from "../errors.js";
import { type Cells, deleteRow, digestOf, insertRow, readRow, updateColumn } from "../files/rows.js";
import { columnsOf, type Database, openForReading, openForWriting, planRead } from "../files/sqlite.js";
import { tableNamed } from "../files/tables.js";
import { conversationTable } from "../scan/batch.js";
import { type DatabaseStore, identifyDatabase } from "../stores/index.js";
import { parseTime } from "../stores/reader.js";
import {
  backUp,
  checkTarget,
  namedBeside,
  sizeWithWal,
  type Table,
  tableCounts,
  tablesOf,
} from "./backup.js";
import { refuseWhileHeld } from "./guard.js";
import { type JournalEntry, readJournal } from "./journal.js";

/** The newest backup beside a database; null where there is none. */
export function newestBackup(database: string): string | null {
  const folder = dirname(resolve(database));
  const prefix = `${basename(database)}.backup-`;
  const names = readdirSync(folder).filter((name) => name.startsWith(prefix) && !name.endsWith(".partial"));
  const newest = names.sort().at(-1);
  return newest ? join(folder, newest) : null;
}

/** The time in a backup's name (ms); null where it has none. */
function timeOfBackup(path: string): number | null {
  const match = /-(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z-/.exec(basename(path));
  return match ? Date.UTC(+match[1]!, +match[2]! - 1, +match[3]!, +match[4]!, +match[5]!, +match[6]!) : null;
}

export interface Restored {
  readonly from: string;
  /** A copy of the state that was replaced; null for a row-by-row undo. */
  readonly kept: string | null;
  readonly rows: number;
  /** Rows that have changed since, and were left as they are. */
  readonly refused: readonly { table: string; id: string }[];
}

/**
 * Puts a backup back through SQLite, in one transaction; the state that it replaces is kept in a file beside it.
 * @throws DoctorError IN_USE, CHANGED where rows are newer than the backup, VERIFY_FAILED, NO_SPACE
 */
export async function restoreBackup(database: string, backup: string, force: boolean): Promise<Restored> {
  if (!force) refuseWhileHeld(database);
  const plan = planRead(backup);
  const source = openForReading(plan);
  try {
    identifyDatabase(source, backup);
    if (source.pragma("quick_check(1)", { simple: true }) !== "ok")
      throw new DoctorError("DAMAGED", `${backup}: the backup is damaged; nothing was changed`);
    const kept = namedBeside(database, "before-restore");
    checkTarget(kept, database, sizeWithWal(database) * 2);
    const current = openForWriting(database);
    try {
      current.exec("begin immediate");
      if (!force) refuseLosses(current, source, database, backup);
      const reader = openForReading({ name: database });
      try {
        await backUp(reader, kept);
      } finally {
        reader.close();
      }
    } finally {
      if (current.inTransaction) current.exec("rollback");
      current.close();
    }
    await source.backup(database, { progress: () => 0x7fffffff });
    verifyEqual(source, database, backup);
    return { from: backup, kept, rows: 0, refused: [] };
  } catch (error) {
    throw asDoctorError(error, database);
  } finally {
    source.close();
    plan.dispose();
  }
}

/** A backup holds the whole file: what was written since, or is of another database, would be lost. */
function refuseLosses(current: Database, source: Database, database: string, backup: string): void {
  const store = identifyDatabase(current, database);
  const owner = conversationTable(store);
  const isOfKind = identifyDatabase(source, backup) === store;
  const key = tableNamed(store.database.tables, owner).key ?? "id";
  const known = isOfKind ? source.prepare(`select 1 from "${owner}" where "${key}" = ?`) : undefined;
  const ids = current.prepare(`select "${key}" from "${owner}"`).pluck().all();
  if (!known || (ids.length > 0 && !ids.some((id) => known.get(id))))
    throw new DoctorError(
      "REFUSED",
      `${backup}: no backup of ${database}: they share no conversation`,
      "name the backup that doctor repair told, or --force",
    );
  const undo =
    "doctor restore --undo JOURNAL reverts only what the repair changed; --force restores all the same";
  const newer = rowsNewerThan(store, current, source, timeOfBackup(backup));
  if (newer > 0)
    throw new DoctorError(
      "CHANGED",
      `${database}: ${newer} rows are newer than the repair and would be lost`,
      undo,
    );
  const changed = tablesChangedSince(store, current, source);
  if (changed.length > 0)
    throw new DoctorError(
      "CHANGED",
      `${database}: rows of ${changed.join(", ")} came or went since the backup, and the whole file would be put back`,
      undo,
    );
}

/** Tables that no repair adds rows to, or takes rows from, with other rows than in the backup: by number and newest rowid. */
function tablesChangedSince({ database }: DatabaseStore, current: Database, source: Database): string[] {
  const repaired = new Set(
    database.tables.filter(({ holds }) => holds !== "conversation").map(({ name }) => name),
  );
  const extents = (db: Database) =>
    tablesOf(db)
      .filter(({ name, type }) => type === "table" && !repaired.has(name))
      .map((table) => [table.name, extentOf(db, table)] as const);
  const before = new Map(extents(source));
  return extents(current).flatMap(([name, extent]) => (extent === before.get(name) ? [] : [name]));
}

function extentOf(db: Database, { quoted, hasRowid }: Table): string {
  const newest = hasRowid ? "max(rowid)" : "0";
  return (db.prepare(`select count(*), ${newest} from ${quoted}`).raw().get() as unknown[]).join(" ");
}

/** Rows written after the backup; a row that the backup has with the same times is not newer, however it is dated. */
function rowsNewerThan(
  { database }: DatabaseStore,
  db: Database,
  backup: Database,
  time: number | null,
): number {
  if (time === null) return 0;
  return database.tables.reduce((sum, { name: table, written: column }) => {
    if (!column) return sum;
    const known = backup.prepare(`select "${column}" from "${table}" where id = ?`).pluck();
    const rows = db.prepare(`select id, "${column}" as written from "${table}"`).all() as {
      id: string;
      written: unknown;
    }[];
    return (
      sum +
      rows.filter(({ id, written }) => (parseTime(written) ?? 0) > time + 999 && known.get(id) !== written)
        .length
    );
  }, 0);
}

function verifyEqual(source: Database, database: string, backup: string): void {
  const restored = openForReading({ name: database });
  try {
    if (
      restored.pragma("quick_check(1)", { simple: true }) !== "ok" ||
      tableCounts(restored) !== tableCounts(source)
    )
      throw new DoctorError("VERIFY_FAILED", `${database}: does not equal ${backup} after the restore`);
  } finally {
    restored.close();
  }
}

/**
 * Reverts a repair row by row from its journal, in one transaction. A row that has changed since is left alone and named.
 * @throws DoctorError IN_USE, UNSUPPORTED, TRUNCATED, VERIFY_FAILED
 */
export async function undo(database: string, journalPath: string, force: boolean): Promise<Restored> {
  if (!existsSync(journalPath)) throw new DoctorError("NOT_FOUND", `${journalPath}: no such journal`);
  for await (const _ of readJournal(journalPath));
  if (!force) refuseWhileHeld(database);
  const db = openForWriting(database);
  try {
    db.pragma("synchronous = full");
    db.pragma("foreign_keys = off");
    db.exec("begin immediate");
    const refused: { table: string; id: string }[] = [];
    const left = new Set<string>();
    let rows = 0;
    for await (const entry of readJournal(journalPath)) {
      rows++;
      if (isAsLeft(db, entry)) continue;
      refused.push({ table: entry.table, id: entry.id });
      left.add(keyOf(entry));
    }
    // Rows go before rows come back: a new row may have taken the place of a removed one.
    for (const step of [makeWay, putBack, checkBack])
      for await (const entry of readJournal(journalPath)) if (!left.has(keyOf(entry))) step(db, entry);
    db.exec("commit");
    return {
      from: journalPath,
      kept: null,
      rows: rows - refused.length,
      refused,
    };
  } catch (error) {
    throw asDoctorError(error, database);
  } finally {
    if (db.inTransaction) db.exec("rollback");
    db.close();
  }
}

function isAsLeft(db: Database, entry: JournalEntry): boolean {
  // SQLite may have given the rowid of a removed row to another one: such a row is looked for by its id.
  if (entry.after === null) return isGone(db, entry);
  return digest(readRow(db, entry.table, entry.rowid)) === digest(entry.after);
}

function isAsBefore(db: Database, entry: JournalEntry): boolean {
  if (entry.before === null) return isGone(db, entry);
  return digest(readRow(db, entry.table, entry.rowid)) === digest(entry.before);
}

/** Rows of some tables have no id of their own: their rowid tells them. */
function isGone(db: Database, { table, id, rowid }: JournalEntry): boolean {
  const [column, value] = columnsOf(db, table).has("id") ? ["id", id] : ["rowid", rowid];
  return db.prepare(`select 1 from "${table}" where ${column} = ?`).get(value) === undefined;
}

function digest(cells: Cells | null): string {
  return cells ? digestOf(cells) : "";
}

function keyOf({ table, id, rowid }: JournalEntry): string {
  return `${table} ${rowid} ${id}`;
}

function makeWay(db: Database, { table, rowid, before, after }: JournalEntry): void {
  if (before === null) deleteRow(db, table, rowid);
  else if (after !== null && after.position !== before.position)
    updateColumn(db, table, rowid, "position", -1_000_000_000 - rowid);
}

function putBack(db: Database, { table, rowid, before, after }: JournalEntry): void {
  if (before === null) return;
  if (after === null) insertRow(db, table, before, rowid);
  else for (const [column, cell] of Object.entries(before)) updateColumn(db, table, rowid, column, cell);
}

function checkBack(db: Database, entry: JournalEntry): void {
  if (!isAsBefore(db, entry))
    throw new DoctorError(
      "VERIFY_FAILED",
      `${db.name}: ${entry.table} ${entry.id} could not be put back; rolled back`,
    );
}
