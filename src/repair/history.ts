import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { isLeftover } from "../files/leftovers.js";
import { realFile } from "../files/real-file.js";
import { readJournal, readJournalHeader } from "./journal.js";

/** A repair of a file, as its journal tells it. Times in ms since 1970, sizes in bytes. */
export interface PastRepair {
  /** 1 is the oldest. */
  readonly number: number;
  readonly written: number;
  readonly journal: string;
  readonly rows: number;
  /** The rules whose damage was mended. */
  readonly rules: readonly string[];
  /** The backup that was made before it, if it is still there. */
  readonly backup: { readonly path: string; readonly size: number } | null;
}

/** The repairs of a file whose journals stand beside it, the newest first. */
export async function pastRepairs(database: string): Promise<PastRepair[]> {
  const file = realFile(database);
  const prefix = `${basename(file)}.undo-`;
  const found: Omit<PastRepair, "number">[] = [];
  for (const name of readdirSync(dirname(file))) {
    if (!name.startsWith(prefix) || isLeftover(name)) continue;
    const repair = await repairOf(join(dirname(file), name));
    if (repair) found.push(repair);
  }
  return found
    .sort((one, other) => one.written - other.written || (one.journal < other.journal ? -1 : 1))
    .map((repair, at) => ({ number: at + 1, ...repair }))
    .reverse();
}

/** Null where the file is no journal, or its repair was never committed. */
async function repairOf(journal: string): Promise<Omit<PastRepair, "number"> | null> {
  const header = readJournalHeader(journal);
  if (!header) return null;
  let rows = 0;
  const rules = new Set<string>();
  try {
    for await (const entry of readJournal(journal)) {
      rows++;
      for (const rule of entry.rules) rules.add(rule);
    }
  } catch {
    return null;
  }
  const path = header.backup?.path;
  const backup = path !== undefined && existsSync(path) ? { path, size: statSync(path).size } : null;
  return { written: header.written, journal, rows, rules: [...rules].sort(), backup };
}

/** Removes the backups of all repairs but the newest ones; their journals stay. Returns what was removed. */
export async function pruneBackups(
  database: string,
  keep: number,
): Promise<{ path: string; size: number }[]> {
  const repairs = await pastRepairs(database);
  const kept = new Set(repairs.slice(0, keep).map(({ backup }) => backup?.path));
  const old = repairs.slice(keep).flatMap(({ backup }) => backup ?? []);
  const removed = old.filter(({ path }) => !kept.has(path));
  for (const { path } of removed) rmSync(path, { force: true });
  return removed;
}
