import { rmSync } from "node:fs";
import { asDoctorError, DoctorError } from "../errors.js";
import { removeLeftovers } from "../files/leftovers.js";
import { refuseOtherEncoding } from "../files/ordinary.js";
import { realFile } from "../files/real-file.js";
import type { Operation } from "../files/rows.js";
import { type Database, openForReading, openForWriting, writeStamp } from "../files/sqlite.js";
import { sharedTables } from "../files/tables.js";
import { breather } from "../interrupts.js";
import { FindingList, pack } from "../scan/findings.js";
import { type DatabaseStore, openDatabase } from "../stores/index.js";
import { writesOf } from "./allowed.js";
import { leaveAtWork } from "./at-work.js";
import { backUp, checkTarget, namedBeside, sizeWithWal } from "./backup.js";
import { foreignKeyProblems, refuseDamaged, refuseWhileHeld } from "./guard.js";
import { contentMark, marksOf } from "./identity.js";
import { JournalWriter } from "./journal.js";
import type { RepairPlan } from "./plan.js";
import { allWrites, plansWhere, type SessionPlans, somePlan } from "./session-plans.js";
import { refuseTriggers } from "./triggers.js";
import { verify } from "./verify.js";
import { type RowWriter, writeAll } from "./write-rows.js";
import type { Write } from "./writes.js";

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

/** A conversation that could not be written, and why. */
export interface SkippedSession {
  readonly session: string | null;
  readonly reason: string;
}

export interface Applied {
  readonly backup: string | null;
  readonly journal: string | null;
  readonly rows: number;
  /** Conversations left alone because their last turn is still at work. */
  readonly inFlight: readonly string[];
  readonly skipped: readonly SkippedSession[];
  readonly sessions: SessionPlans;
  /** Absent where only another scan tells what is found now. */
  readonly after?: After;
}

/** The conversations that were written, and nothing else of the file, are other than the plan saw them. */
export interface After {
  /** The file before the first write. */
  readonly stamp: string;
  /** The findings of the conversations that were written. */
  readonly findings: FindingList;
}

/** The files that a run makes, and removes if it fails. */
interface Made {
  backup: string | null;
  journal: JournalWriter | null;
  isCommitted: boolean;
}

/**
 * Applies a plan: backup, journal, one transaction, and the scan's own verdict before it is committed.
 * The database is as before where anything throws.
 * @throws DoctorError IN_USE, BUSY, CHANGED, VERIFY_FAILED, NO_SPACE, EXISTS, DAMAGED, REFUSED, INTERRUPTED
 */
export async function applyPlan(path: string, plan: RepairPlan, options: ApplyOptions): Promise<Applied> {
  removeLeftovers(realFile(path), namedBeside(path, "backup", options.backupTo));
  const db = openOwned(path, options.force ?? false);
  const made: Made = { backup: null, journal: null, isCommitted: false };
  try {
    db.pragma("synchronous = full");
    db.pragma("foreign_keys = off");
    // The write lock is held from before the backup to the commit: nobody can write between the two.
    db.exec("begin immediate");
    return await applyLocked(db, path, plan, options, made);
  } catch (error) {
    throw asDoctorError(error, path);
  } finally {
    if (db.inTransaction) db.exec("rollback");
    db.close();
    if (!made.isCommitted) discard(made);
  }
}

async function applyLocked(
  db: Database,
  path: string,
  plan: RepairPlan,
  options: ApplyOptions,
  made: Made,
): Promise<Applied> {
  const stamp = writeStamp(path);
  const { store, reader: found } = openDatabase(db, path);
  store.database.refuse?.(db, path);
  refuseOtherEncoding(db, path);
  const { sessions, inFlight } = options.force
    ? leaveAtWork(found, plan.sessions)
    : { sessions: plan.sessions, inFlight: [] };
  const writes = [...allWrites(sessions)];
  const tables = [...new Set(writes.map(({ table }) => table))];
  const changesRows = writes.length > 0;
  refuseStrange(db, store, path, writes);
  refuseTriggers(db, path, writes);
  refuseDamaged(db, path, tables);
  const keysBefore = foreignKeyProblems(db, tables);
  const pause = pauser(options);
  if (options.backup && changesRows) made.backup = await makeBackup(path, options);
  if (!options.nothing && changesRows) made.journal = openJournal(db, store, path, options, made);
  const writer = {
    db,
    tables: store.database.tables,
    path,
    journal: made.journal,
    written: new Set<string>(),
  };
  const { rows, skipped, written } = await writeEach(writer, sessions, options, pause);
  if (foreignKeyProblems(db, tables) > keysBefore)
    throw new DoctorError("VERIFY_FAILED", `${path}: the repair would break a foreign key; rolled back`);
  // A reader of its own: the first one may know rows as they were.
  const reader = store.database.open(db, path);
  const findings = new FindingList();
  let index = 0;
  for (const session of written) {
    options.onProgress?.(index++, plan.sessions.length, "check");
    findings.add(pack(verify(store, reader, path, plan, session)));
    await pause();
  }
  const shared = sharedTables(store.database.tables);
  const isWhole = inFlight.length === 0 && skipped.length === 0;
  const isContained = isWhole && !tables.some((table) => shared.has(table));
  const after = isContained && !somePlan(written, ({ session }) => session === null) && { stamp, findings };
  const done = { rows, inFlight, skipped, sessions: written, ...(after && { after }) };
  if (rows === 0) return { backup: null, journal: null, ...done };
  made.journal?.end();
  db.exec("commit");
  made.isCommitted = true;
  return { backup: made.backup, journal: made.journal?.path ?? null, ...done };
}

/** Writes conversation by conversation: the rows of one are in memory, not those of all. */
async function writeEach(
  writer: RowWriter,
  sessions: SessionPlans<Operation>,
  { onProgress }: ApplyOptions,
  pause: () => Promise<void>,
): Promise<{ rows: number; skipped: SkippedSession[]; written: SessionPlans<Operation> }> {
  const skipped = new Map<number, SkippedSession>();
  const total = sessions.length;
  let index = 0;
  let rows = 0;
  for (const { session, operations } of sessions) {
    onProgress?.(index, total, "write");
    await pause();
    const reason = writeAll(writer, operations);
    if (reason === null) rows += operations.length;
    else skipped.set(index, { session, reason });
    index++;
  }
  const written = plansWhere(sessions, (_, at) => !skipped.has(at));
  return { rows, skipped: [...skipped.values()], written };
}

function discard({ journal, backup }: Made): void {
  journal?.discard();
  if (backup) rmSync(backup, { force: true });
}

/** A plan from elsewhere may name any table and column: only changes that repairs make are written. */
function refuseStrange(db: Database, store: DatabaseStore, path: string, writes: readonly Write[]): void {
  const isWritten = writesOf(db, store);
  const strange = writes.find((write) => !isWritten(write));
  if (strange)
    throw new DoctorError(
      "REFUSED",
      `${path}: ${strange.kind} of ${strange.table} is nothing that a repair of this database writes; nothing was written`,
    );
}

function openJournal(
  db: Database,
  store: DatabaseStore,
  path: string,
  { backupTo }: ApplyOptions,
  { backup }: Made,
): JournalWriter {
  return new JournalWriter(namedBeside(path, "undo", backup ?? backupTo), {
    database: realFile(path),
    marks: marksOf(db, store),
    backup: backup === null ? null : { path: backup, mark: contentMark(backup) },
  });
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
  const file = realFile(path);
  const target = namedBeside(file, "backup", options.backupTo);
  checkTarget(target, file, sizeWithWal(file));
  const source = openForReading({ name: file });
  try {
    await backUp(source, target, {
      like: file,
      onProgress: (done, total) => options.onProgress?.(done, total, "backup"),
      isCancelled: options.isCancelled,
    });
    return target;
  } finally {
    source.close();
  }
}
