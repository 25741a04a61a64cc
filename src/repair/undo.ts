import { asDoctorError, DoctorError } from "../errors.js";
import { differingColumns } from "../files/changes.js";
import { removeLeftovers } from "../files/leftovers.js";
import { refuseOtherEncoding } from "../files/ordinary.js";
import { realFile } from "../files/real-file.js";
import { type Cells, deleteRow, digestOf, insertRow, readRow, updateColumn } from "../files/rows.js";
import { type Database, openForWriting, prepared } from "../files/sqlite.js";
import { keyColumn, type Table, tableNamed } from "../files/tables.js";
import { breather } from "../interrupts.js";
import { identifyDatabase } from "../stores/index.js";
import { refuseWhileHeld } from "./guard.js";
import { type JournalEntry, readJournal, wholeJournal } from "./journal.js";
import { refuseOthersJournal, refuseStrangeRows } from "./undo-guard.js";

export interface LeftRow {
  readonly table: string;
  readonly id: string;
  /** Why it was left as it is. */
  readonly reason: string;
}

export interface Restored {
  readonly from: string;
  /** A copy of the state that was replaced; null for a row-by-row undo. */
  readonly kept: string | null;
  readonly rows: number;
  /** Rows that were left as they are: they have changed since, or the way back is blocked. */
  readonly refused: readonly LeftRow[];
}

const CHANGED_SINCE = "changed since the repair";

/**
 * Reverts a repair row by row from its journal, in one transaction. A row that cannot go back is left alone and named.
 * @throws DoctorError IN_USE, NOT_FOUND, UNSUPPORTED, TRUNCATED, REFUSED, VERIFY_FAILED, INTERRUPTED
 */
export async function undo(
  database: string,
  journalPath: string,
  force: boolean,
  isCancelled: () => boolean = () => false,
): Promise<Restored> {
  const header = await wholeJournal(journalPath);
  removeLeftovers(realFile(database));
  if (!force) refuseWhileHeld(database);
  const db = openForWriting(database);
  try {
    db.pragma("synchronous = full");
    db.pragma("foreign_keys = off");
    db.exec("begin immediate");
    const store = identifyDatabase(db, database);
    refuseOtherEncoding(db, database);
    if (!force) refuseOthersJournal(db, store, header, { database, journalPath });
    await refuseStrangeRows(db, store, database, journalPath);
    const { rows, refused } = await new Undo(
      db,
      store.database.tables,
      () => readJournal(journalPath),
      isCancelled,
    ).run();
    db.exec("commit");
    return { from: journalPath, kept: null, rows, refused };
  } catch (error) {
    throw asDoctorError(error, database);
  } finally {
    if (db.inTransaction) db.exec("rollback");
    db.close();
  }
}

/** The rows of one journal on their way back. */
export class Undo {
  readonly #db: Database;
  readonly #tables: readonly Table[];
  readonly #entries: () => AsyncIterable<JournalEntry> | Iterable<JournalEntry>;
  readonly #isCancelled: () => boolean;
  readonly #left = new Map<string, LeftRow>();
  /** Rows that were found by their id under another rowid than the journal's. */
  readonly #moved = new Map<string, number>();

  /** `entries`: called for each time that the rows are gone through. */
  constructor(
    db: Database,
    tables: readonly Table[],
    entries: () => AsyncIterable<JournalEntry> | Iterable<JournalEntry>,
    isCancelled: () => boolean,
  ) {
    this.#db = db;
    this.#tables = tables;
    this.#entries = entries;
    this.#isCancelled = isCancelled;
  }

  async run(): Promise<{ rows: number; refused: LeftRow[] }> {
    let rows = 0;
    await this.#each((entry) => {
      rows++;
      const rowid = this.#asLeft(entry);
      if (rowid === null) this.#leave(entry, CHANGED_SINCE);
      else if (rowid !== entry.rowid) this.#moved.set(keyOf(entry), rowid);
    });
    // A row that cannot be put back may show only after others are back: begins again without that row.
    for (let known = -1; known < this.#left.size; ) {
      known = this.#left.size;
      this.#db.exec("savepoint undo");
      // Removes new rows before it puts old ones back: a new row may have the key of a removed one.
      await this.#each((entry) => this.#try(entry, () => this.#makeWay(entry)));
      await this.#each((entry) => this.#try(entry, () => this.#putBack(entry)));
      if (known < this.#left.size) this.#db.exec("rollback to undo");
      this.#db.exec("release undo");
    }
    await this.#each((entry) => this.#checkBack(entry));
    return { rows: rows - this.#left.size, refused: [...this.#left.values()] };
  }

  /** Runs through the rows that are not left alone. */
  async #each(step: (entry: JournalEntry) => void): Promise<void> {
    const breathe = breather();
    for await (const entry of this.#entries()) {
      await breathe();
      if (this.#isCancelled()) throw new DoctorError("INTERRUPTED", "interrupted; nothing was changed");
      if (!this.#left.has(keyOf(entry))) step(entry);
    }
  }

  #leave(entry: JournalEntry, reason: string): void {
    this.#left.set(keyOf(entry), { table: entry.table, id: entry.id, reason });
  }

  #try(entry: JournalEntry, step: () => void): void {
    try {
      step();
    } catch (error) {
      const { code, message } = error as { code?: string; message: string };
      if (!code?.startsWith("SQLITE_CONSTRAINT")) throw error;
      this.#leave(entry, `another row has its place (${message})`);
    }
  }

  /** The rowid of a row that is as the repair left it; null where it is not. */
  #asLeft({ table, rowid, before, after }: JournalEntry): number | null {
    if (after !== null) return this.#find(table, rowid, after);
    return before !== null && this.#rowidsOf(table, before).length === 0 ? rowid : null;
  }

  /** Where a row with just these cells is: at its rowid, or, where that was used again, by its id. */
  #find(table: string, rowid: number, cells: Cells): number | null {
    const wanted = digestOf(cells);
    const isIt = (at: number) => {
      const found = readRow(this.#db, table, at);
      return found !== null && digestOf(found) === wanted;
    };
    return isIt(rowid) ? rowid : (this.#rowidsOf(table, cells).find(isIt) ?? null);
  }

  #rowidsOf(table: string, cells: Cells): number[] {
    const declared = tableNamed(this.#tables, table);
    const key = keyColumn(declared);
    // A key of a table without ids tells rows of one conversation apart.
    const { conversation } = declared.key === undefined ? {} : declared;
    const columns = [key, ...(conversation === undefined ? [] : [conversation])];
    const values = columns.map((name) => cells[name]);
    if (!values.every((value) => typeof value === "string" || typeof value === "bigint")) return [];
    const where = columns.map((name) => `"${name}" = ?`).join(" and ");
    return prepared(this.#db, `select rowid from "${table}" where ${where}`)
      .pluck()
      .all(...values) as number[];
  }

  #makeWay(entry: JournalEntry): void {
    const { table, before, after } = entry;
    const rowid = this.#moved.get(keyOf(entry)) ?? entry.rowid;
    if (before === null) deleteRow(this.#db, table, rowid);
    else if (after !== null) {
      const { position } = tableNamed(this.#tables, table);
      if (position !== undefined && differingColumns(before, after).includes(position))
        updateColumn(this.#db, table, rowid, position, -1_000_000_000 - rowid);
    }
  }

  #putBack(entry: JournalEntry): void {
    const { table, before, after } = entry;
    if (before === null) return;
    const rowid = this.#moved.get(keyOf(entry)) ?? entry.rowid;
    if (after === null) {
      const isTaken = readRow(this.#db, table, rowid) !== null;
      insertRow(this.#db, table, before, isTaken ? undefined : rowid);
      return;
    }
    for (const column of differingColumns(before, after))
      updateColumn(this.#db, table, rowid, column, before[column] ?? null);
  }

  #checkBack({ table, rowid, id, before, after }: JournalEntry): void {
    const isBack =
      before === null
        ? after !== null && this.#find(table, rowid, after) === null
        : this.#find(table, rowid, before) !== null;
    if (!isBack)
      throw new DoctorError(
        "VERIFY_FAILED",
        `${this.#db.name}: ${table} ${id} could not be put back; rolled back`,
      );
  }
}

function keyOf({ table, id, rowid }: JournalEntry): string {
  return `${table} ${rowid} ${id}`;
}
