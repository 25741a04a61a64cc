import { readdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { asDoctorError, commandLine, DoctorError, foreignBackup } from "../errors.js";
import { isLeftover, removeLeftovers } from "../files/leftovers.js";
import { realFile } from "../files/real-file.js";
import { type Database, openForReading, planRead, type ReadPlan } from "../files/sqlite.js";
import { sync } from "../files/whole-file.js";
import { plural } from "../model/numbers.js";
import { isSqlite } from "../scan/inputs.js";
import { identifyDatabase } from "../stores/index.js";
import { writtenTables } from "./allowed.js";
import { backUp, checkTarget, namedBeside, sizeWithWal } from "./backup.js";
import { differences } from "./differences.js";
import { refuseWhileHeld } from "./guard.js";
import { contentMark, ownerOf } from "./identity.js";
import { journalsIn, KnownChanges } from "./known-changes.js";
import { replaceContent } from "./replace.js";
import type { Restored } from "./undo.js";

export { type Restored, undo } from "./undo.js";

/**
 * The newest backup beside a database, by what the journals tell of their backups, else by the time of the file; null where
 * there is none.
 */
export function newestBackup(database: string): string | null {
  const file = realFile(database);
  const folder = dirname(file);
  const prefix = `${basename(file)}.backup-`;
  const candidates = readdirSync(folder)
    .filter((name) => name.startsWith(prefix) && !isLeftover(name))
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile() && isSqlite(path) === isSqlite(file));
  const made = new Map<string, number>();
  for (const { header } of journalsIn([folder]))
    if (header.backup)
      made.set(header.backup.mark, Math.max(header.written, made.get(header.backup.mark) ?? 0));
  const timeOf = (path: string) => made.get(contentMark(path)) ?? statSync(path).mtimeMs;
  const timed = candidates.map((path) => ({ path, time: timeOf(path) }));
  return timed.sort((one, other) => one.time - other.time).at(-1)?.path ?? null;
}

/**
 * Puts a backup back through SQLite, in one transaction; the state that it replaces is kept in a file beside it. The
 * write lock is held from before the comparison to the end: nothing is lost that is not in the kept file.
 * @throws DoctorError IN_USE, CHANGED where anything was written since that no repair wrote, VERIFY_FAILED, NO_SPACE
 */
export async function restoreBackup(
  database: string,
  backup: string,
  force: boolean,
  isCancelled: () => boolean = () => false,
): Promise<Restored> {
  const file = realFile(database);
  removeLeftovers(file);
  if (!force) refuseWhileHeld(database);
  const plan = planRead(backup);
  const source = openForReading(plan);
  try {
    identifyDatabase(source, backup);
    if (source.pragma("quick_check(1)", { simple: true }) !== "ok")
      throw new DoctorError("DAMAGED", `${backup}: the backup is damaged; nothing was changed`);
    const kept = namedBeside(file, "before-restore");
    checkTarget(
      kept,
      file,
      sizeWithWal(file) * 2,
      "make room there: the state before is kept beside the database",
    );
    const known = await KnownChanges.beside(file, realFile(backup));
    await replaceContent(source, file, async (current) => {
      if (!force) {
        refuseForeign(current, source, database, backup);
        refuseLosses({ current, source, plan }, known, database);
      }
      await backUp(current, kept, { like: file, isCancelled });
      if (isCancelled())
        throw new DoctorError("INTERRUPTED", `interrupted; nothing was changed (a copy is ${kept})`);
    });
    syncWal(file);
    return { from: backup, kept, rows: 0, refused: [] };
  } catch (error) {
    throw asDoctorError(error, database);
  } finally {
    source.close();
    plan.dispose();
  }
}

function refuseForeign(current: Database, source: Database, database: string, backup: string): void {
  const store = identifyDatabase(current, database);
  const { name: owner, key } = ownerOf(store);
  const isOfKind = identifyDatabase(source, backup).id === store.id;
  const known = isOfKind ? source.prepare(`select 1 from "${owner}" where "${key}" = ?`) : undefined;
  const ids = current.prepare(`select "${key}" from "${owner}"`).pluck().all();
  if (!known || (ids.length > 0 && !ids.some((id) => known.get(id)))) throw foreignBackup(backup, database);
}

/** A backup holds the whole file: rows that changed since then, other than by a repair, would be lost. */
function refuseLosses(
  { current, source, plan }: { current: Database; source: Database; plan: ReadPlan },
  known: KnownChanges,
  database: string,
): void {
  const repaired = new Set<string>(writtenTables(identifyDatabase(current, database)));
  current.prepare("attach ? as old").run(plan.name);
  const lost = new Map<string, number>();
  try {
    for (const difference of differences(current)) {
      const { table, rows } = difference;
      if (repaired.has(table) && known.explain(difference, source, current)) continue;
      lost.set(table, (lost.get(table) ?? 0) + rows);
    }
  } finally {
    current.exec("detach old");
  }
  if (lost.size === 0) return;
  const tables = [...lost].map(([table, rows]) => `${table} ${rows}`).join(", ");
  const total = [...lost.values()].reduce((sum, rows) => sum + rows, 0);
  throw new DoctorError(
    "CHANGED",
    `${database}: ${plural(total, "row")} written since the backup, by no repair that a journal tells of, would be lost (${tables})`,
    `${commandLine("restore", database, "--undo", "JOURNAL")} reverts only the changes of the repair; --force restores all the same`,
  );
}

/** In WAL mode SQLite does not sync by itself. The -wal is gone if no other process has the file open. */
function syncWal(file: string): void {
  const wal = `${file}-wal`;
  if (statSync(wal, { throwIfNoEntry: false })) sync(wal);
}
