import { createHash } from "node:crypto";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { type Database, prepared } from "../files/sqlite.js";
import { conversationTable, keyColumn } from "../files/tables.js";
import type { DatabaseStore } from "../stores/index.js";

/** The table whose rows are conversations, and the column with their ids. */
export function ownerOf({ database }: DatabaseStore): { readonly name: string; readonly key: string } {
  const table = conversationTable(database.tables);
  return { name: table.name, key: keyColumn(table) };
}

/** How many of the oldest and of the newest conversations are marked. */
const MARKED = 32;

/** Marks by which a database is known again under any name: hashes of the ids of its oldest and newest conversations. */
export function marksOf(db: Database, store: DatabaseStore): string[] {
  const { name: table, key } = ownerOf(store);
  const ids = (order: string) =>
    db.prepare(`select "${key}" from "${table}" order by rowid ${order} limit ${MARKED}`).pluck().all();
  return [...new Set([...ids("asc"), ...ids("desc")].map((id) => markOf(String(id))))];
}

/** True where one of the marks is that of a conversation which the database still has. */
export function isMarked(db: Database, store: DatabaseStore, marks: readonly string[]): boolean {
  const wanted = new Set(marks);
  const { name, key } = ownerOf(store);
  const ids = prepared(db, `select "${key}" from "${name}"`).pluck().iterate();
  for (const id of ids) if (wanted.has(markOf(String(id)))) return true;
  return false;
}

/** The mark of one conversation. */
export function markOf(id: string): string {
  return hashOf(id).slice(0, 16);
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

const SAMPLES = 256;
const SAMPLE_BYTES = 4096;

/**
 * A mark of a file's content: its size, its first page, and pages spread over it. It tells backups of one database from
 * each other; whether a backup may be put back is decided row by row.
 */
export function contentMark(file: string): string {
  const fd = openSync(file, "r");
  try {
    const { size } = fstatSync(fd);
    const hash = createHash("sha256").update(String(size));
    const buffer = Buffer.alloc(SAMPLE_BYTES);
    const pages = Math.ceil(size / SAMPLE_BYTES);
    const step = Math.max(1, Math.floor(pages / SAMPLES));
    for (let page = 0; page < pages; page += step) {
      const length = readSync(fd, buffer, 0, SAMPLE_BYTES, page * SAMPLE_BYTES);
      hash.update(buffer.subarray(0, length));
    }
    return hash.digest("hex");
  } finally {
    closeSync(fd);
  }
}
