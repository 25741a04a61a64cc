import { closeSync, existsSync, openSync, readSync, type Stats, statSync } from "node:fs";
import type BetterSqlite from "better-sqlite3";
import { DoctorError, hotJournal } from "../errors.js";
import { once } from "../model/once.js";
import { IN_BUN, openBunScratch } from "./bun-sqlite.js";
import { driver, refuseOthersDriver } from "./driver.js";
import { copyPrivately } from "./private-copy.js";
import { realFile } from "./real-file.js";

export type Database = BetterSqlite.Database;
export type Statement = BetterSqlite.Statement;

/** How a database can be read without leaving a trace beside it. */
export interface ReadPlan {
  readonly path: string;
  /** immutable: nobody has it open; live: through its own -wal and -shm; copy: a private copy of file and -wal. */
  readonly mode: "immutable" | "live" | "copy";
  /** The file name for SQLite, or a `file:` name with options. */
  readonly name: string;
  /** The file's state when the plan was made: an immutable read is void if it changed. */
  readonly stamp: string;
  dispose(): void;
}

/** Bytes; a few times the usual screenshot. */
const LARGE_BUFFER = 8 * 1024 * 1024;

/**
 * Decides how to read a database so that no byte of it and of its -wal changes and no file is left beside it.
 * @throws DoctorError NOT_SQLITE, EMPTY_FILE, HOT_JOURNAL, NO_SPACE
 */
export function planRead(path: string): ReadPlan {
  const file = realFile(path);
  const header = readHeader(file);
  if (header.length === 0) throw new DoctorError("EMPTY_FILE", `${path}: the file is empty`);
  if (header.subarray(0, 16).toString("latin1") !== "SQLite format 3\u0000")
    throw new DoctorError("NOT_SQLITE", `${path}: not a SQLite database (or encrypted)`);
  const stamp = stampOf(file);
  // The version for reading, byte 19, makes SQLite open a -wal; a damaged header may differ in the one for writing.
  const inWalMode = header[18] === 2 || header[19] === 2;
  const hasWal = sizeOf(`${file}-wal`) > 0;
  if (sizeOf(`${file}-journal`) > 0 && (inWalMode || hasWal ? beginsHot(file) : isHot(file)))
    throw hotJournal(path);
  const live = { path: file, mode: "live" as const, name: uriOf(file, "mode=ro"), stamp, dispose() {} };
  // SQLite reads a -wal whatever mode the header names, and makes a -shm for it.
  if (hasWal) return existsSync(`${file}-shm`) ? live : privateCopy(file, stamp);
  if (inWalMode) return { ...live, mode: "immutable", name: immutableName(file) };
  return live;
}

/** @throws DoctorError NO_DRIVER */
export function openForReading({ name }: Pick<ReadPlan, "name">): Database {
  const Driver = driver();
  try {
    const db = new Driver(name, { readonly: true, fileMustExist: true, timeout: 2000 });
    keepCacheSmall(db, "main");
    return db;
  } catch (error) {
    if (name.startsWith("file:")) refuseOthersDriver();
    throw error;
  }
}

const CACHE_KIB = 2000;

/** Conversations are read one after the other: the default of better-sqlite3, 16 MB for each connection, gains nothing. */
export function keepCacheSmall(db: Database, schema: "main" | "source"): void {
  db.pragma(`${schema}.cache_size=-${CACHE_KIB}`);
}

const statementsOf = once((_: Database) => new Map<string, Statement>());

/** A statement that is prepared once for each connection: repairs run the same few a thousand times. */
export function prepared(db: Database, sql: string): Statement {
  const known = statementsOf(db);
  const statement = known.get(sql) ?? db.prepare(sql);
  known.set(sql, statement);
  return statement;
}

/**
 * The row of a rowid that the database itself listed.
 * @throws Error SQLITE_CORRUPT where it cannot be found: the pages are damaged, or the index from which the list came
 */
export function listedRow(statement: Statement, rowid: number): unknown {
  const row = statement.get(rowid);
  if (row !== undefined) return row;
  const damage = new Error(`row ${rowid} is listed and cannot be found`);
  throw Object.assign(damage, { code: "SQLITE_CORRUPT_INDEX" });
}

/**
 * Lets SQLite have its buffers for large rows again instead of fresh memory for each. glibc keeps freed blocks as large as
 * the largest one that it has seen freed (mallopt, M_MMAP_THRESHOLD); elsewhere this changes nothing. This block is freed
 * by the next collection; nothing writes to it, so that it never takes any memory.
 */
export function keepLargeBuffers(): void {
  Buffer.allocUnsafeSlow(LARGE_BUFFER);
}

export function openForWriting(path: string): Database {
  return new (driver())(realFile(path), { fileMustExist: true, timeout: 5000 });
}

/** An in-memory database: SQLite's JSON functions without a file. */
export function openScratch(): Database {
  return IN_BUN ? openBunScratch() : new (driver())(":memory:");
}

/** True where the file was written to since the plan was made, so that an immutable read may have torn pages. */
export function changedSince(plan: ReadPlan): boolean {
  return plan.mode === "immutable" && stampOf(plan.path) !== plan.stamp;
}

/** Changes with every write to the file or its -wal. An empty -wal is as good as none. */
export function writeStamp(path: string): string {
  const file = realFile(path);
  return [file, `${file}-wal`].map((name) => (sizeOf(name) > 0 ? stateOf(name) : "-")).join(" ");
}

function stampOf(file: string): string {
  return [file, `${file}-wal`].map(stateOf).join(" ");
}

function stateOf(file: string): string {
  const stats = statOf(file);
  return stats ? `${stats.size} ${stats.mtimeMs}` : "-";
}

function statOf(file: string): Stats | null {
  return statSync(file, { throwIfNoEntry: false }) ?? null;
}

function sizeOf(file: string): number {
  return statOf(file)?.size ?? 0;
}

function readHeader(file: string): Buffer {
  const fd = openSync(file, "r");
  try {
    const buffer = Buffer.alloc(100);
    return buffer.subarray(0, readSync(fd, buffer, 0, 100, 0));
  } finally {
    closeSync(fd);
  }
}

/**
 * True for a journal that waits for a rollback. A writer at work has one too, and holds a lock: SQLite tells the two
 * apart.
 */
function isHot(file: string): boolean {
  try {
    const db = openForReading({ name: uriOf(file, "mode=ro") });
    try {
      db.pragma("schema_version");
    } finally {
      db.close();
    }
    return false;
  } catch (error) {
    return (error as { code?: string }).code === "SQLITE_READONLY_ROLLBACK";
  }
}

/** True for a journal whose header is not zeroed. In WAL mode no writer at work has one. */
function beginsHot(file: string): boolean {
  return readHeader(`${file}-journal`)
    .subarray(0, 8)
    .equals(Buffer.from([0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7]));
}

export function immutableName(file: string): string {
  return uriOf(file, "immutable=1");
}

function uriOf(file: string, option: string): string {
  const path = file.split(/[\\/]/).map(encodeURIComponent).join("/");
  return `file:${path.startsWith("/") ? "" : "/"}${path}?${option}`;
}

function privateCopy(file: string, stamp: string): ReadPlan {
  const copy = copyPrivately(file, sizeOf(file) + sizeOf(`${file}-wal`));
  if (stampOf(file) === stamp) return { path: file, mode: "copy", stamp, ...copy };
  copy.dispose();
  throw new DoctorError(
    "BUSY",
    `${file}: changed while it was copied`,
    "close the program that uses it, then try again",
  );
}

/** The columns of a table by name, with their declared type in lower case; empty where there is no such table. */
export function columnsOf(db: Database, table: string): Map<string, string> {
  const rows = db.prepare("select name, type from pragma_table_info(?)").all(table) as {
    name: string;
    type: string;
  }[];
  return new Map(rows.map(({ name, type }) => [name, type.toLowerCase()]));
}
