import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { DoctorError } from "../errors.js";
import { type Cells, digestOf, readRow } from "../files/rows.js";
import type { Database } from "../files/sqlite.js";
import { addTo } from "../model/group.js";
import type { Difference } from "./differences.js";
import { type JournalHeader, readJournal, readJournalHeader } from "./journal.js";

/** One state of a row and the next, as digests; the empty text: the row is not there. */
interface Change {
  readonly before: string;
  readonly after: string;
}

export interface FoundJournal {
  readonly path: string;
  readonly header: JournalHeader;
}

/** The undo journals in these folders, known by their first line. */
export function journalsIn(folders: readonly string[]): FoundJournal[] {
  return [...new Set(folders)].filter(existsSync).flatMap((folder) =>
    readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.jsonl$|\.undo-/.test(entry.name))
      .flatMap(({ name }) => {
        const path = join(folder, name);
        const header = readJournalHeader(path);
        return header ? [{ path, header }] : [];
      }),
  );
}

/** The changes that repairs made to rows, read from the undo journals beside some files. */
export class KnownChanges {
  readonly #byRow = new Map<string, Change[]>();

  static async beside(...files: readonly string[]): Promise<KnownChanges> {
    const known = new KnownChanges();
    for (const { path } of journalsIn(files.map((file) => dirname(file)))) await known.#read(path);
    return known;
  }

  async #read(path: string): Promise<void> {
    const found: [string, Change][] = [];
    try {
      for await (const { table, rowid, before, after } of readJournal(path))
        found.push([`${table} ${rowid}`, { before: digest(before), after: digest(after) }]);
    } catch (error) {
      // The journal was cut off: its repair was never committed.
      if (!(error instanceof DoctorError)) throw error;
      return;
    }
    for (const [key, change] of found) addTo(this.#byRow, key, change);
  }

  /** True where repairs, one or several, made the row of `before` what it is in `now`. */
  explain({ table, rowid }: Difference, before: Database, now: Database): boolean {
    const key = `${table} ${rowid}`;
    const changes = this.#byRow.get(key);
    if (!changes || rowid === null) return false;
    const wanted = digest(readRow(now, table, Number(rowid)));
    const reached = new Set([digest(readRow(before, table, Number(rowid)))]);
    // The loop also visits elements that are added while it runs.
    for (const state of reached)
      for (const change of changes) if (change.before === state) reached.add(change.after);
    return reached.has(wanted);
  }
}

function digest(cells: Cells | null): string {
  return cells ? digestOf(cells) : "";
}
