import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { asDoctorError, DoctorError } from "../errors.js";
import {
  applyEdit,
  type Cells,
  deleteRow,
  digestOf,
  insertRow,
  type Operation,
  readRow,
  updateColumn,
} from "../files/rows.js";
import { type Database, openForReading, openForWriting } from "../files/sqlite.js";
import { type Table, tableNamed } from "../files/tables.js";
import { breather } from "../interrupts.js";
import { openDatabase } from "../stores/index.js";
import { isAtWork } from "./at-work.js";
import { backUp, checkTarget, namedBeside, sizeWithWal, sync } from "./backup.js";
import { foreignKeyProblems, refuseDamaged, refuseWhileHeld } from "./guard.js";
import { JournalWriter } from "./journal.js";
import type { RepairPlan, SessionPlan } from "./plan.js";
import { verify } from "./verify.js";

export interface ApplyOptions {
  /** Make a backup; else only the undo journal is kept. */
  readonly backup: boolean;
  /** Where the backup goes: a path or a folder. */
  readonly backupTo?: string;
  /** Keep neither backup nor journal (--no-backup). */
  readonly nothing?: boolean;
  /** Repair although another process holds the database; conversations at work are skipped. */
  readonly force?: boolean;
  readonly onProgress?: (done: number, total: number, what: string) => void;
  readonly isCancelled?: () => boolean;
}

export interface Applied {
  readonly backup: string | null;
  readonly journal: string | null;
  readonly rows: number;
  /** Conversations left alone because their last turn is still at work. */
  readonly inFlight: readonly string[];
  readonly sessions: readonly SessionPlan[];
}

/**
 * Applies a plan: backup, journal, one transaction, and the scan's own verdict before it is committed.
 * The database is as before where anything throws.
 * @throws DoctorError IN_USE, BUSY, CHANGED, VERIFY_FAILED, NO_SPACE, EXISTS, DAMAGED, REFUSED, INTERRUPTED
 */
export async function applyPlan(
  path: string,
  plan: RepairPlan<Operation>,
  options: ApplyOptions,
): Promise<Applied> {
  const db = openOwned(path, options.force ?? false);
  let journal: JournalWriter | null = null;
  let backup: string | null = null;
  let committed = false;
  try {
    db.pragma("synchronous = full");
    db.pragma("foreign_keys = off");
    // The write lock is held from before the backup to the commit: nobody can write between the two.
    db.exec("begin immediate");
    const { store } = openDatabase(db, path);
    store.database.refuse?.(db, path);
    const { sessions, inFlight } = options.force
      ? leaveAtWork(db, path, plan)
      : { sessions: plan.sessions, inFlight: [] };
    const operations = sessions.flatMap((session) => session.operations);
    const tables = [...new Set(operations.map(({ table }) => table))];
    refuseDamaged(db, path, tables);
    const keysBefore = foreignKeyProblems(db, tables);
    const pause = pauser(options);
    for (const { operations: own } of sessions) {
      await pause();
      checkBefore(db, path, own);
    }
    if (options.backup && operations.length > 0) backup = await makeBackup(path, options);
    if (!options.nothing && operations.length > 0)
      journal = new JournalWriter(namedBeside(path, "undo", backup ?? options.backupTo), path);
    // Conversation by conversation: the rows of one are in memory, not those of all.
    for (const [index, { operations: own }] of sessions.entries()) {
      options.onProgress?.(index, sessions.length, "repair");
      await pause();
      applyAll(db, store.database.tables, own, journal);
    }
    if (foreignKeyProblems(db, tables) > keysBefore)
      throw new DoctorError("VERIFY_FAILED", `${path}: the repair would break a foreign key; rolled back`);
    const { reader } = openDatabase(db, path);
    for (const [index, session] of sessions.entries()) {
      options.onProgress?.(index, sessions.length, "check");
      verify(store, reader, path, plan, session);
      await pause();
    }
    journal?.end();
    if (journal) sync(dirname(journal.path));
    db.exec("commit");
    committed = true;
    return { backup, journal: journal?.path ?? null, rows: operations.length, inFlight, sessions };
  } catch (error) {
    throw asDoctorError(error, path);
  } finally {
    if (db.inTransaction) db.exec("rollback");
    db.close();
    if (!committed) for (const name of [journal?.path, backup]) if (name) rmSync(name, { force: true });
  }
}

/** To be awaited between conversations. @throws DoctorError INTERRUPTED */
function pauser({ isCancelled }: ApplyOptions): () => Promise<void> {
  const breathe = breather();
  return async () => {
    await breathe();
    if (isCancelled?.()) throw new DoctorError("INTERRUPTED", "interrupted; nothing was changed");
  };
}

function openOwned(path: string, force: boolean): Database {
  try {
    if (!force) refuseWhileHeld(path);
    return openForWriting(path);
  } catch (error) {
    throw asDoctorError(error, path);
  }
}

async function makeBackup(path: string, options: ApplyOptions): Promise<string> {
  const target = namedBeside(path, "backup", options.backupTo);
  checkTarget(target, path, sizeWithWal(path));
  const source = openForReading({ name: path });
  try {
    await backUp(
      source,
      target,
      (done, total) => options.onProgress?.(done, total, "backup"),
      options.isCancelled,
    );
    return target;
  } finally {
    source.close();
  }
}

/** Conversations whose last turn is open and was written to within ten minutes are not touched. */
function leaveAtWork(
  db: Database,
  path: string,
  plan: RepairPlan<Operation>,
): { sessions: readonly SessionPlan<Operation>[]; inFlight: string[] } {
  const { reader } = openDatabase(db, path);
  const now = Date.now();
  const atWork = plan.sessions.filter(({ session }) => {
    const handle = session === null ? null : reader.handleOf(session);
    return handle !== null && isAtWork(reader.read(handle), now);
  });
  return {
    sessions: plan.sessions.filter((session) => !atWork.includes(session)),
    inFlight: atWork.map(({ session }) => session!),
  };
}

function checkBefore(db: Database, path: string, operations: readonly Operation[]): void {
  for (const operation of operations) {
    if (operation.kind === "insert") continue;
    const found = readRow(db, operation.table, operation.rowid);
    if (!found || digestOf(found) !== operation.before)
      throw new DoctorError(
        "CHANGED",
        `${path}: ${operation.table} ${operation.id} was changed after the plan was made; nothing was written`,
        `doctor repair ${path}`,
      );
  }
}

function applyAll(
  db: Database,
  tables: readonly Table[],
  operations: readonly Operation[],
  journal: JournalWriter | null,
): void {
  const before = new Map<Operation, Cells | null>();
  for (const operation of operations)
    before.set(operation, operation.kind === "insert" ? null : readRow(db, operation.table, operation.rowid));
  makeRoom(db, tables, operations);
  const rowids = new Map<Operation, number>();
  // Rows go before rows come: an inserted row may take the place of a removed one.
  for (const kind of ["delete", "update", "insert"] as const)
    for (const operation of operations)
      if (operation.kind === kind) rowids.set(operation, applyOne(db, tables, operation));
  for (const operation of operations) {
    const rowid = rowids.get(operation)!;
    const { table, id, rules } = operation;
    journal?.add({
      table,
      rowid,
      id,
      rules,
      before: before.get(operation)!,
      after: operation.kind === "delete" ? null : readRow(db, table, rowid),
    });
  }
}

/** Positions are unique: rows that move make room first, in one step for all. */
function makeRoom(db: Database, tables: readonly Table[], operations: readonly Operation[]): void {
  for (const operation of operations) {
    const { position } = tableNamed(tables, operation.table);
    if (position && operation.kind === "update" && operation.columns[position] !== undefined)
      updateColumn(db, operation.table, operation.rowid, position, -1_000_000_000 - operation.rowid);
  }
}

function applyOne(db: Database, tables: readonly Table[], operation: Operation): number {
  const { table } = operation;
  if (operation.kind === "insert") return insertRow(db, table, operation.values);
  if (operation.kind === "delete") {
    deleteRow(db, table, operation.rowid);
    return operation.rowid;
  }
  const { content = "" } = tableNamed(tables, table);
  for (const edit of operation.edits) applyEdit(db, table, content, operation.rowid, edit);
  for (const [column, value] of Object.entries(operation.columns))
    updateColumn(db, table, operation.rowid, column, value);
  return operation.rowid;
}
