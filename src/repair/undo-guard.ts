import { DoctorError } from "../errors.js";
import { differingColumns } from "../files/changes.js";
import { realFile } from "../files/real-file.js";
import type { Database } from "../files/sqlite.js";
import type { DatabaseStore } from "../stores/index.js";
import { writesOf } from "./allowed.js";
import { isMarked } from "./identity.js";
import { type JournalHeader, readJournal } from "./journal.js";
import { refuseTriggers } from "./triggers.js";
import type { Write } from "./writes.js";

/** @throws DoctorError REFUSED where the journal is of another database */
export function refuseOthersJournal(
  db: Database,
  store: DatabaseStore,
  header: JournalHeader,
  { database, journalPath }: { database: string; journalPath: string },
): void {
  const isOwn =
    header.marks.length > 0
      ? isMarked(db, store, header.marks)
      : realFile(header.database) === realFile(database);
  if (!isOwn)
    throw new DoctorError(
      "REFUSED",
      `${journalPath}: is the journal of another database; nothing was changed`,
      "name the journal that doctor repair told",
    );
}

/** A journal from elsewhere may name any table and any column: only what repairs write is put back. */
export async function refuseStrangeRows(
  db: Database,
  store: DatabaseStore,
  database: string,
  journalPath: string,
): Promise<void> {
  const isWritten = writesOf(db, store);
  const writes = new Map<string, Write>();
  for await (const { table, id, before, after } of readJournal(journalPath)) {
    const kind = before === null ? "insert" : after === null ? "delete" : "update";
    const columns = [...Object.keys(before ?? {}), ...Object.keys(after ?? {})];
    if (!isWritten({ kind, table, columns }))
      throw new DoctorError(
        "REFUSED",
        `${journalPath}: ${table} ${id} is nothing that a repair of this database writes; nothing was changed`,
      );
    const write: Write = {
      table,
      kind: before === null ? "delete" : after === null ? "insert" : "update",
      columns: before !== null && after !== null ? differingColumns(before, after) : [],
    };
    writes.set(JSON.stringify(write), write);
  }
  refuseTriggers(db, database, [...writes.values()]);
}
