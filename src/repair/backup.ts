import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { DoctorError } from "../errors.js";
import { type Database, immutableName, openForReading } from "../files/sqlite.js";

const PAGES_PER_STEP = 4096;

/**
 * A name beside the database, or at the place that the user chose: with time and pid, never one that exists. Beside a
 * file of JSON Lines no name ends in `.jsonl`: the program that writes there would list it.
 */
export function namedBeside(
  database: string,
  what: "backup" | "undo" | "before-restore",
  to?: string,
): string {
  const stamp = new Date().toISOString().replace(/[-:]/g, "").replace(/\.\d+/, "");
  const ending = what === "undo" && !database.endsWith(".jsonl") ? ".jsonl" : "";
  const name = `${basename(database)}.${what}-${stamp}-${process.pid}${ending}`;
  const folder = to && existsSync(to) && statSync(to).isDirectory() ? to : null;
  if (to && !folder && what !== "undo") return resolve(to);
  return join(folder ?? (to ? dirname(resolve(to)) : dirname(resolve(database))), name);
}

/** @throws DoctorError EXISTS, NO_SPACE */
export function checkTarget(target: string, database: string, bytes: number): void {
  if (lstatSync(target, { throwIfNoEntry: false })) {
    const same = existsSync(target) && realpathSync(target) === realpathSync(database);
    throw new DoctorError(
      "EXISTS",
      `${target}: ${same ? "is the database itself" : "exists already; a backup never overwrites"}`,
      "name another place with --backup-to",
    );
  }
  if (!existsSync(dirname(target)))
    throw new DoctorError(
      "NOT_FOUND",
      `${dirname(target)}: no such folder for the backup`,
      "make it, or name another place with --backup-to",
    );
  const { bavail, bsize } = statfsSync(dirname(target));
  if (bavail * bsize < bytes * 1.05 + (1 << 20))
    throw new DoctorError(
      "NO_SPACE",
      `${dirname(target)}: needs ${bytes} bytes for the backup and has ${bavail * bsize}`,
      "name another place with --backup-to, or keep only the undo journal with --undo-only",
    );
}

/** Bytes of a database with its -wal. */
export function sizeWithWal(database: string): number {
  return [database, `${database}-wal`].reduce(
    (sum, name) => sum + (statSync(name, { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}

/**
 * Copies a database with SQLite's own backup, the -wal included, in steps; checked and synced before it gets its name.
 * The caller holds a write lock, so that no other writer restarts it. Nothing is left behind where it fails.
 * @throws DoctorError INTERRUPTED, VERIFY_FAILED, NO_SPACE
 */
export async function backUp(
  source: Database,
  target: string,
  onProgress?: (done: number, total: number) => void,
  isCancelled?: () => boolean,
): Promise<void> {
  const partial = `${target}.partial`;
  closeSync(openSync(partial, "wx", 0o600));
  const clean = () => {
    for (const name of [partial, `${partial}-journal`, `${partial}-wal`, `${partial}-shm`])
      rmSync(name, { force: true });
  };
  process.once("exit", clean);
  try {
    await source.backup(partial, {
      progress({ totalPages, remainingPages }) {
        if (isCancelled?.()) throw new DoctorError("INTERRUPTED", "interrupted; nothing was changed");
        onProgress?.(totalPages - remainingPages, totalPages);
        return PAGES_PER_STEP;
      },
    });
    verifyCopy(source, partial);
    sync(partial);
    chmodSync(partial, 0o600);
    putInPlace(partial, target);
    sync(dirname(target));
  } finally {
    process.removeListener("exit", clean);
    clean();
  }
}

function verifyCopy(source: Database, copy: string): void {
  const opened = openForReading({ name: immutableName(resolve(copy)) });
  try {
    const check = opened.pragma("quick_check(1)", { simple: true });
    const problems = tableCounts(source) === tableCounts(opened) ? [] : ["row counts differ"];
    const sourceIsWhole = check === "ok" || source.pragma("quick_check(1)", { simple: true }) === check;
    if (!sourceIsWhole) problems.push(String(check));
    if (problems.length > 0)
      throw new DoctorError(
        "VERIFY_FAILED",
        `the backup differs from the database (${problems.join("; ")}); nothing was changed`,
      );
  } finally {
    opened.close();
  }
}

/** Rows of every table, as one text to compare. */
export function tableCounts(db: Database): string {
  return tablesOf(db)
    .map(({ name, quoted }) => `${name} ${db.prepare(`select count(*) from ${quoted}`).pluck().get()}`)
    .join("\n");
}

export interface Table {
  readonly name: string;
  /** As SQL writes it. */
  readonly quoted: string;
  /** shadow: of a virtual table. */
  readonly type: "table" | "shadow";
  readonly hasRowid: 0 | 1;
}

/** Every table that holds rows, by name. */
export function tablesOf(db: Database): Table[] {
  return db
    .prepare(
      `select name, '"' || replace(name, '"', '""') || '"' as quoted, type, wr = 0 as hasRowid from pragma_table_list
       where schema = 'main' and type in ('table', 'shadow') and name not like 'sqlite_%' order by name`,
    )
    .all() as Table[];
}

/** A link fails where the name is taken; a rename would overwrite. File systems without links get the rename. */
function putInPlace(partial: string, target: string): void {
  try {
    linkSync(partial, target);
  } catch (error) {
    if ((error as { code?: string }).code === "EEXIST")
      throw new DoctorError("EXISTS", `${target}: exists already; a backup never overwrites`);
    renameSync(partial, target);
  }
}

export function sync(path: string): void {
  if (process.platform === "win32" && statSync(path).isDirectory()) return;
  const fd = openSync(path, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
