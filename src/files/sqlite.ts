import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  type Stats,
  statfsSync,
  statSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type BetterSqlite from "better-sqlite3";
import { DoctorError } from "../errors.js";
import { once } from "../model/once.js";

// better-sqlite3 reads this once, when it is loaded: it makes `file:…?immutable=1` names work.
process.env.SQLITE_USE_URI = "1";
const Sqlite = createRequire(import.meta.url)("better-sqlite3") as typeof BetterSqlite;

export type Database = BetterSqlite.Database;
export type Statement = BetterSqlite.Statement;

/** How a database can be read without leaving a trace beside it. */
export interface ReadPlan {
  readonly path: string;
  /** immutable: nobody has it open; live: through its own -wal and -shm; copy: a private copy of file and -wal. */
  readonly mode: "immutable" | "live" | "copy";
  /** What to hand to SQLite. */
  readonly name: string;
  /** The file's state when the plan was made: an immutable read is void if it changed. */
  readonly stamp: string;
  dispose(): void;
}

const CACHE_KIB = 2000;
/** Bytes; a few times the usual screenshot. */
const LARGE_BUFFER = 4 * 1024 * 1024;

/**
 * Decides how to read a database so that no byte of it and of its -wal changes and no file is left beside it.
 * @throws DoctorError NOT_SQLITE, EMPTY_FILE, HOT_JOURNAL, NO_SPACE
 */
export function planRead(path: string): ReadPlan {
  const file = resolve(path);
  const header = readHeader(file);
  if (header.length === 0) throw new DoctorError("EMPTY_FILE", `${path}: the file is empty`);
  if (header.subarray(0, 16).toString("latin1") !== "SQLite format 3\u0000")
    throw new DoctorError("NOT_SQLITE", `${path}: not a SQLite database (or encrypted)`);
  const stamp = stampOf(file);
  const inWalMode = header[18] === 2;
  if (!inWalMode) {
    if (isHot(`${file}-journal`))
      throw new DoctorError(
        "HOT_JOURNAL",
        `${path}: an unfinished transaction waits for a rollback`,
        "start the program that writes it once, or copy both files and open the copy with sqlite3",
      );
    return { path: file, mode: "live", name: file, stamp, dispose() {} };
  }
  if (sizeOf(`${file}-wal`) === 0)
    return { path: file, mode: "immutable", name: immutableName(file), stamp, dispose() {} };
  if (existsSync(`${file}-shm`)) return { path: file, mode: "live", name: file, stamp, dispose() {} };
  return privateCopy(file, stamp);
}

export function openForReading(plan: Pick<ReadPlan, "name">): Database {
  const db = new Sqlite(plan.name, { readonly: true, fileMustExist: true, timeout: 2000 });
  db.pragma(`cache_size=-${CACHE_KIB}`);
  return db;
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
 * Lets SQLite have its buffers for large rows again instead of fresh memory for each. glibc keeps freed blocks as large as
 * the largest one that it has seen freed (mallopt, M_MMAP_THRESHOLD); elsewhere this changes nothing.
 */
export function keepLargeBuffers(db: Database): void {
  db.prepare(`select instr(zeroblob(${LARGE_BUFFER}), x'00')`).get();
}

export function openForWriting(path: string): Database {
  return new Sqlite(resolve(path), { fileMustExist: true, timeout: 5000 });
}

/** An in-memory database: SQLite's JSON functions without a file. */
export function openScratch(): Database {
  return new Sqlite(":memory:");
}

/** True where the file was written to since the plan was made, so that an immutable read may have torn pages. */
export function changedSince(plan: ReadPlan): boolean {
  return plan.mode === "immutable" && stampOf(plan.path) !== plan.stamp;
}

function stampOf(file: string): string {
  return [file, `${file}-wal`]
    .map((name) => {
      const stats = statOf(name);
      return stats ? `${stats.size} ${stats.mtimeMs}` : "-";
    })
    .join(" ");
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

/** A journal whose header is not zeroed belongs to a transaction that never ended. A writer at work holds a lock instead. */
function isHot(journal: string): boolean {
  if (sizeOf(journal) < 8) return false;
  return readHeader(journal)
    .subarray(0, 8)
    .equals(Buffer.from([0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7]));
}

export function immutableName(file: string): string {
  const path = file.split(/[\\/]/).map(encodeURIComponent).join("/");
  return `file:${path.startsWith("/") ? "" : "/"}${path}?immutable=1`;
}

function privateFolder(file: string): string {
  try {
    return mkdtempSync(join(tmpdir(), "session-doctor-"));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new DoctorError(
      "NOT_READABLE",
      `${file}: its -wal needs a private copy, and ${tmpdir()} takes none (${why})`,
      "set TMPDIR to a folder that can be written to",
    );
  }
}

function privateCopy(file: string, stamp: string): ReadPlan {
  const folder = privateFolder(file);
  const dispose = () => rmSync(folder, { recursive: true, force: true });
  const onExit = () => dispose();
  process.once("exit", onExit);
  try {
    const needed = sizeOf(file) + sizeOf(`${file}-wal`);
    const { bavail, bsize } = statfsSync(folder);
    if (bavail * bsize < needed * 1.05)
      throw new DoctorError(
        "NO_SPACE",
        `${file}: its -wal needs a private copy of ${needed} bytes, and ${folder} has no room`,
        "set TMPDIR to a folder with more space",
      );
    const copy = join(folder, "copy.db");
    copyFileSync(file, copy, constants.COPYFILE_FICLONE);
    copyFileSync(`${file}-wal`, `${copy}-wal`);
    if (stampOf(file) !== stamp)
      throw new DoctorError(
        "BUSY",
        `${file}: changed while it was copied`,
        "close the program that uses it, then try again",
      );
    return {
      path: file,
      mode: "copy",
      name: copy,
      stamp,
      dispose: () => {
        process.removeListener("exit", onExit);
        dispose();
      },
    };
  } catch (error) {
    dispose();
    throw error;
  }
}

/** The columns of a table by name, with their declared type in lower case; empty where there is no such table. */
export function columnsOf(db: Database, table: string): Map<string, string> {
  const rows = db.prepare("select name, type from pragma_table_info(?)").all(table) as {
    name: string;
    type: string;
  }[];
  return new Map(rows.map(({ name, type }) => [name, type.toLowerCase()]));
}
