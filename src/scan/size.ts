import { type Measured, measureSize } from "../files/size.js";
import type { Database } from "../files/sqlite.js";
import type { Reclaimable, SizeReport } from "../model/report.js";
import { type DatabaseStore, isFork } from "../stores/index.js";
import type { Reader } from "../stores/reader.js";
import type { EventLog } from "../stores/store.js";

const HOW = {
  "free-pages":
    "close every program that uses it; sqlite3 FILE \"vacuum into 'NEW'\"; put NEW in the place of FILE and delete FILE-wal and FILE-shm. A plain VACUUM copies the whole file through the -wal",
  wal: 'close every program that uses it; sqlite3 FILE "pragma wal_checkpoint(truncate)"',
} as const;

/** The sizes of tables and rows, and the bytes that could be freed; null if pages are damaged. Changes nothing. */
export function sizeOf(db: Database, store: DatabaseStore, reader: Reader, path: string): SizeReport | null {
  try {
    return explained(
      measureSize(db, store.database.tables, path),
      reader,
      store.database.eventLog,
      isFork(store, reader.host),
    );
  } catch (error) {
    if (!String((error as { code?: string }).code).startsWith("SQLITE_CORRUPT")) throw error;
    return null;
  }
}

function wordsOf(log: EventLog | undefined, isOfFork: boolean): string | undefined {
  return isOfFork ? log?.reclaim : log && `${log.reclaim}. ${log.emptied}`;
}

function explained(
  measured: Measured,
  reader: Reader,
  eventLog: EventLog | undefined,
  isOfFork: boolean,
): SizeReport {
  const log = measured.tables.find(({ name }) => name === eventLog?.table);
  const events = log && log.bytes + log.indexes;
  const isMixed = reader.notImported() !== null;
  const ways: Reclaimable[] = [
    {
      what: "free-pages",
      bytes: measured.freePages * measured.pageSize,
      safe: true,
      how: HOW["free-pages"],
    },
    { what: "wal", bytes: measured.wal, safe: true, how: HOW.wal },
    // An empty table still takes one page.
    {
      what: "events",
      bytes: log && log.bytes > measured.pageSize ? (events ?? 0) : 0,
      safe: false,
      how: (isMixed ? eventLog?.inUse : wordsOf(eventLog, isOfFork)) ?? "",
    },
  ];
  return {
    ...measured,
    ...(events !== undefined && {
      events: { bytes: events, share: events / (measured.pages * measured.pageSize) },
    }),
    reclaimable: ways.filter(({ bytes }) => bytes > 0),
  };
}
