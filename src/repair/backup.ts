import {
  chmodSync,
  closeSync,
  existsSync,
  lstatSync,
  openSync,
  realpathSync,
  rmSync,
  statfsSync,
  statSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { DoctorError } from "../errors.js";
import { giveToOwnerOf } from "../files/owner.js";
import { realFile } from "../files/real-file.js";
import { type Database, immutableName, openForReading } from "../files/sqlite.js";
import { partialOf, putInPlace, sync } from "../files/whole-file.js";

const PAGES_PER_STEP = 4096;

/**
 * A name beside the file itself, or at the place that the user chose: with time and pid, never one that exists. Beside a
 * file of JSON Lines no name ends in `.jsonl`: the program that writes there would list it.
 */
export function namedBeside(
  database: string,
  what: "backup" | "undo" | "before-restore",
  to?: string,
): string {
  const stamp = new Date().toISOString().replace(/[-:]/g, "").replace(/\.\d+/, "");
  const file = realFile(database);
  const folder = to && existsSync(to) && statSync(to).isDirectory() ? to : null;
  if (to && !folder && what !== "undo") return resolve(to);
  const place = folder ?? (to ? dirname(resolve(to)) : dirname(file));
  const base = join(place, `${basename(file)}.${what}-${stamp}-${process.pid}`);
  const end = what === "undo" && !file.endsWith(".jsonl") ? ".jsonl" : "";
  let name = base + end;
  for (let number = 2; existsSync(name); number++) name = `${base}-${number}${end}`;
  return name;
}

/** The way out that a repair has where there is no place for its backup. */
const ELSEWHERE = "name another place with --backup-to, or keep only the undo journal with --undo-only";

/**
 * `elsewhere`: what the user can do where the place is full.
 * @throws DoctorError EXISTS, NOT_FOUND, NO_SPACE
 */
export function checkTarget(target: string, database: string, bytes: number, elsewhere = ELSEWHERE): void {
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
      elsewhere,
    );
}

/** Bytes of a database with its -wal. */
export function sizeWithWal(database: string): number {
  const file = realFile(database);
  return [file, `${file}-wal`].reduce(
    (sum, name) => sum + (statSync(name, { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}

/** How a backup is made. */
export interface BackUpOptions {
  /** The file whose owner the backup gets. */
  readonly like: string;
  readonly onProgress?: (done: number, total: number) => void;
  readonly isCancelled?: () => boolean;
}

/**
 * Copies a database with SQLite's own backup, the -wal included, in steps; checked and synced before it gets its name.
 * The caller holds a write lock, so that no other writer restarts it. If it fails, no file is left.
 * @throws DoctorError INTERRUPTED, VERIFY_FAILED, NO_SPACE
 */
export async function backUp(
  source: Database,
  target: string,
  { like, onProgress, isCancelled }: BackUpOptions,
): Promise<void> {
  const partial = partialOf(target);
  closeSync(openSync(partial, "wx", 0o600));
  try {
    const last = await source.backup(partial, {
      progress({ totalPages, remainingPages }) {
        if (isCancelled?.()) throw new DoctorError("INTERRUPTED", "interrupted; nothing was changed");
        onProgress?.(totalPages - remainingPages, totalPages);
        return PAGES_PER_STEP;
      },
    });
    // The library takes a lock that it did not get for the end.
    if (last.totalPages === 0)
      throw new DoctorError("BUSY", `${source.name}: locked while the backup was made`);
    verifyCopy(source, partial);
    sync(partial);
    chmodSync(partial, 0o600);
    giveToOwnerOf(partial, like);
    putInPlace(partial, target);
    sync(dirname(target));
  } finally {
    for (const end of ["", "-journal", "-wal", "-shm"]) rmSync(partial + end, { force: true });
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

export interface StoredTable {
  readonly name: string;
  /** As SQL writes it. */
  readonly quoted: string;
  /** shadow: of a virtual table. */
  readonly type: "table" | "shadow";
  readonly hasRowid: 0 | 1;
}

/** Every table that holds rows, by name. */
export function tablesOf(db: Database, schema = "main"): StoredTable[] {
  return db
    .prepare(
      `select name, '"' || replace(name, '"', '""') || '"' as quoted, type, wr = 0 as hasRowid from pragma_table_list
       where schema = ? and type in ('table', 'shadow') and name not like 'sqlite_%' order by name`,
    )
    .all(schema) as StoredTable[];
}
