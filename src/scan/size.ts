import { type Measured, measureSize } from "../files/size.js";
import type { Database } from "../files/sqlite.js";
import type { Reclaimable, SizeReport } from "../model/report.js";
import type { Reader } from "../stores/reader.js";

const HOW = {
  "free-pages":
    "close every program that uses it; sqlite3 FILE \"vacuum into 'NEW'\"; put NEW in the place of FILE and delete FILE-wal and FILE-shm. A plain VACUUM copies the whole file through the -wal",
  wal: 'close every program that uses it; sqlite3 FILE "pragma wal_checkpoint(truncate)"',
  events:
    "no conversation is read from it, but workspace sync is: doctor leaves it alone. The updates to opencode 1.16.0 and 1.17.10 empty it",
  "events-of-2":
    "opencode 2 builds on it: never delete from event, event_sequence or kv, or it imports the file anew",
} as const;

/** Where the bytes of a database are, and what could be had back; null where its pages are damaged. Changes nothing. */
export function sizeOf(db: Database, reader: Reader, path: string): SizeReport | null {
  try {
    return explained(measureSize(db, reader.kind, path), reader);
  } catch (error) {
    if (!String((error as { code?: string }).code).startsWith("SQLITE_CORRUPT")) throw error;
    return null;
  }
}

function explained(measured: Measured, reader: Reader): SizeReport {
  const log = measured.tables.find(({ name }) => name === "event");
  const events = reader.kind === "opencode" && log ? log.bytes + log.indexes : undefined;
  const isMixed = reader.notImported() !== null;
  const ways: Reclaimable[] = [
    {
      what: "free-pages",
      bytes: measured.freePages * measured.pageSize,
      safe: true,
      how: HOW["free-pages"],
    },
    { what: "wal", bytes: measured.wal, safe: true, how: HOW.wal },
    // An empty table still has its first page.
    {
      what: "events",
      bytes: log && log.bytes > measured.pageSize ? (events ?? 0) : 0,
      safe: false,
      how: HOW[isMixed ? "events-of-2" : "events"],
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
