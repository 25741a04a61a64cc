import { statSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { DoctorError } from "../errors.js";
import { type Database, immutableName, openForReading, openForWriting } from "../files/sqlite.js";

/** How long to wait for a lock that another process holds (ms). */
const PATIENCE = 10_000;
const ALL_PAGES = 0x7fffffff;

/**
 * Puts the content of `source` in the place of a database, through SQLite's own backup: one transaction of the database.
 * `before` runs while that transaction holds the write lock and has written nothing: nobody can commit between what it
 * sees and the end. Where it throws, nothing is changed.
 * @throws DoctorError BUSY, VERIFY_FAILED
 */
export async function replaceContent(
  source: Database,
  file: string,
  before: (current: Database) => Promise<void>,
): Promise<void> {
  for (const start = Date.now(); ; ) {
    if (await tryToReplace(source, file, before)) return;
    if (Date.now() - start > PATIENCE)
      throw new DoctorError(
        "BUSY",
        `${file}: locked by another process`,
        "close the program that uses it, then try again",
      );
    await setTimeout(1);
  }
}

/** False where another process holds the lock; then nothing was done. */
async function tryToReplace(
  source: Database,
  file: string,
  before: (current: Database) => Promise<void>,
): Promise<boolean> {
  const inWalMode = journalMode(file) === "wal";
  let work: Promise<void> | undefined;
  let outcome: "ready" | { readonly error: unknown } | undefined;
  let cookie = Number.NaN;
  const look = async () => {
    const current = openLocked(file, inWalMode);
    try {
      cookie = current.pragma("schema_version", { simple: true }) as number;
      await before(current);
    } finally {
      current.close();
    }
  };
  // The first step takes the lock and copies no page; only a step that got the lock is told as progress.
  const last = await source.backup(file, {
    progress() {
      work ??= look().then(
        () => {
          outcome = "ready";
        },
        (error: unknown) => {
          outcome = { error };
        },
      );
      if (typeof outcome === "object") throw outcome.error;
      return outcome === "ready" ? ALL_PAGES : 0;
    },
  });
  if (work === undefined) return false;
  // The end of every such transaction raises the schema's number; others can raise it only further.
  if (last.remainingPages > 0 || !(schemaVersion(file) > cookie))
    throw new DoctorError("VERIFY_FAILED", `${file}: could not be replaced; nothing was changed`);
  return true;
}

function journalMode(file: string): unknown {
  return ask(file, (db) => db.pragma("journal_mode", { simple: true }));
}

function schemaVersion(file: string): number {
  return ask(file, (db) => Number(db.pragma("schema_version", { simple: true })));
}

function ask<Answer>(file: string, question: (db: Database) => Answer): Answer {
  const db = openForWriting(file);
  try {
    return question(db);
  } finally {
    db.close();
  }
}

/**
 * Opens a database on which this process holds the write lock in another connection. Outside WAL mode that lock keeps
 * readers out, too: the file is read past it, as it stands. Never through the file system: closing a file there would
 * give the lock up.
 */
function openLocked(file: string, inWalMode: boolean): Database {
  if (inWalMode) return openForReading({ name: file });
  if ((statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0)
    throw new DoctorError("BUSY", `${file}: its journal mode was changed; nothing was done`, "try again");
  return openForReading({ name: immutableName(file) });
}
