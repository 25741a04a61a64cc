import { existsSync } from "node:fs";
import { DoctorError } from "../errors.js";
import { type Holder, holdersOf } from "../files/holders.js";
import { realFile } from "../files/real-file.js";
import { type Database, openForWriting, planRead } from "../files/sqlite.js";

/** Other processes have the file open. */
export function inUse(path: string, holders: readonly Holder[]): DoctorError {
  return new DoctorError(
    "IN_USE",
    `${path}: open in ${holders.map(({ name, pid }) => `${name} (pid ${pid})`).join(", ")}`,
    "close it, then try again; --force repairs all but a conversation at work",
  );
}

/**
 * Refuses while another process has the database open: by the system's own word where it gives it, and by SQLite's locks.
 * @throws DoctorError IN_USE, BUSY
 */
export function refuseWhileHeld(path: string): void {
  const holders = holdersOf(path) ?? [];
  if (holders.length > 0) throw inUse(path, holders);
  const db = openForWriting(path);
  try {
    db.pragma("busy_timeout = 500");
    db.pragma("locking_mode = exclusive");
    db.exec("begin exclusive; commit");
    db.pragma("locking_mode = normal");
    db.prepare("select 1 from sqlite_master").get();
  } catch (error) {
    if (!String((error as { code?: string }).code).startsWith("SQLITE_BUSY")) throw error;
    throw new DoctorError(
      "IN_USE",
      `${path}: open in another process (the system does not tell which)`,
      "close it, then try again; --force repairs all but a conversation at work",
    );
  } finally {
    db.close();
  }
}

/**
 * Has SQLite roll back what a program that was ended left in a -journal, as every program that opens the file to write
 * would; true where there was something.
 * @throws DoctorError IN_USE
 */
export function rollBackUnfinished(path: string, force: boolean): boolean {
  if (!existsSync(`${realFile(path)}-journal`)) return false;
  try {
    planRead(path).dispose();
    return false;
  } catch (error) {
    // The next step reports any other error.
    if (!(error instanceof DoctorError) || error.code !== "HOT_JOURNAL") return false;
  }
  if (!force) refuseWhileHeld(path);
  const db = openForWriting(path);
  try {
    db.exec("begin immediate; rollback");
  } finally {
    db.close();
  }
  return true;
}

/** Messages of SQLite's check about values that break a rule of their table. The pages are intact. */
const BREAKS_A_RULE = /^(NULL|TEXT|NUMERIC|INT|REAL|BLOB|non-\w+) value in |^CHECK constraint failed in /;

/**
 * Refuses where a page of a touched table is damaged; damage elsewhere is only said.
 * @throws DoctorError DAMAGED
 */
export function refuseDamaged(db: Database, path: string, tables: readonly string[]): void {
  db.pragma("ignore_check_constraints = on");
  try {
    for (const table of tables) {
      const lines = db.prepare("select * from pragma_quick_check(?)").pluck().all(table) as string[];
      const found = lines.find((line) => line !== "ok" && !BREAKS_A_RULE.test(line));
      if (found !== undefined)
        throw new DoctorError(
          "DAMAGED",
          `${path}: table ${table} has damaged pages (${found}); rows of such a file are not rewritten`,
          `copy it and run sqlite3 COPY ".recover" | sqlite3 NEW`,
        );
    }
  } finally {
    db.pragma("ignore_check_constraints = off");
  }
}

export function foreignKeyProblems(db: Database, tables: readonly string[]): number {
  return tables.reduce(
    (sum, table) =>
      sum + (db.prepare("select count(*) from pragma_foreign_key_check(?)").pluck().get(table) as number),
    0,
  );
}
