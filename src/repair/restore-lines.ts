import { constants, copyFileSync, existsSync, statSync } from "node:fs";
import { DoctorError, foreignBackup } from "../errors.js";
import { removeLeftovers } from "../files/leftovers.js";
import { digestOfBytes, type LineChange, LineSibling } from "../files/line-write.js";
import { LineFile } from "../files/lines.js";
import { realFile } from "../files/real-file.js";
import { type Cells, RawText } from "../files/rows.js";
import { sync } from "../files/whole-file.js";
import type { Conversation } from "../model/conversation.js";
import { openLines } from "../scan/lines.js";
import { readLines } from "../stores/line-bench.js";
import { refuseAtWork } from "./at-work.js";
import { checkTarget, namedBeside } from "./backup.js";
import { markOf } from "./identity.js";
import { type JournalEntry, type JournalHeader, namedJournal, readJournal } from "./journal.js";
import type { LeftRow, Restored } from "./undo.js";

/**
 * Reverts a repair line by line from its journal. A line that has changed since is left alone and named; lines that
 * were appended since stay.
 * @throws DoctorError IN_USE, UNSUPPORTED, TRUNCATED, CHANGED
 */
export async function undoLines(path: string, journalPath: string, force: boolean): Promise<Restored> {
  const header = namedJournal(journalPath);
  const entries: JournalEntry[] = [];
  for await (const entry of readJournal(journalPath)) entries.push(entry);
  if (entries.some(({ gap }) => !gap))
    throw new DoctorError("UNSUPPORTED", `${journalPath}: the journal of a database, not of a file of lines`);
  removeLeftovers(realFile(path));
  if (!force) {
    refuseUse(path);
    refuseOthersJournal(path, journalPath, header);
  }
  const file = new LineFile(path);
  const refused: LeftRow[] = [];
  const operations: LineChange[] = [];
  try {
    for (const entry of entries) {
      const operation = backwards(entry, file);
      if (operation) operations.push(operation);
      else refused.push({ table: entry.table, id: entry.id, reason: "changed since the repair" });
    }
  } finally {
    file.close();
  }
  const sibling = new LineSibling(path);
  try {
    sibling.write(operations, () => {});
    sibling.putInPlace(() => {});
  } finally {
    sibling.close();
  }
  return { from: journalPath, kept: null, rows: operations.length, refused };
}

function refuseOthersJournal(path: string, journalPath: string, { database, marks }: JournalHeader): void {
  const id = conversationOf(path, path)?.id;
  if (realFile(database) === realFile(path) || (id !== undefined && marks.includes(markOf(id)))) return;
  throw new DoctorError(
    "REFUSED",
    `${journalPath}: is the journal of another file; nothing was changed`,
    "name the journal that doctor repair told",
  );
}

/** The change that takes an entry back; null where its bytes, or those before it, are no longer as the repair left them. */
function backwards(
  { table, id, rules, rowid, before, after, gap }: JournalEntry,
  file: LineFile,
): LineChange | null {
  const written = bytesOf(after);
  const size = gap?.size ?? 0;
  if (digestOfBytes(file.bytes(rowid - size, size)) !== gap?.digest) return null;
  if (!file.bytes(rowid, written.length).equals(written)) return null;
  const text = bytesOf(before);
  return {
    kind: before === null ? "delete" : after === null ? "insert" : "update",
    table,
    id,
    session: null,
    rules,
    at: rowid,
    size: written.length,
    before: digestOfBytes(written),
    text,
  };
}

/**
 * Puts a backup back. The state that it replaces is kept in a file beside it.
 * @throws DoctorError IN_USE, REFUSED, CHANGED where lines are newer than the backup, NO_SPACE
 */
export function restoreLines(path: string, backup: string, force: boolean): Restored {
  if (!existsSync(backup)) throw new DoctorError("NOT_FOUND", `${backup}: no such backup`);
  removeLeftovers(realFile(path));
  if (!force) {
    refuseUse(path);
    refuseLosses(path, backup);
  }
  const sibling = new LineSibling(path);
  try {
    const kept = namedBeside(path, "before-restore");
    checkTarget(kept, path, sibling.size * 2);
    sibling.fill(backup);
    sibling.putInPlace(() => {
      copyFileSync(sibling.target, kept, constants.COPYFILE_EXCL);
      sync(kept);
    });
    return { from: backup, kept, rows: 0, refused: [] };
  } finally {
    sibling.close();
  }
}

/** A backup holds the whole file: what was appended since the repair, or is of another conversation, would be lost. */
function refuseLosses(path: string, backup: string): void {
  const now = conversationOf(path, path);
  const then = conversationOf(backup, path);
  if (!then || (now && now.id !== then.id)) throw foreignBackup(backup, path);
  if (now && isNewer(path, backup) && (now.updated ?? 0) > (then.updated ?? 0))
    throw new DoctorError(
      "CHANGED",
      `${path}: lines are newer than the repair and would be lost`,
      "doctor restore --undo JOURNAL reverts only what the repair changed; --force restores all the same",
    );
}

/**
 * True if a program wrote to the file since the repair: the repair keeps the file's time, and a backup has that time, or
 * the one at which it was copied. A line that the repair made whole may be newer than those of the backup.
 */
function isNewer(path: string, backup: string): boolean {
  return statSync(path).mtimeMs - statSync(backup).mtimeMs >= 1;
}

/** The conversation of a file that stands under another name. */
function conversationOf(path: string, name: string): Conversation | null {
  const open = openLines(path);
  if (!open) return null;
  try {
    return readLines(open.store.lines, open.file, name).conversation;
  } finally {
    open.file.close();
  }
}

function bytesOf(cells: Cells | null): Buffer {
  const bytes = cells?.bytes;
  if (bytes instanceof RawText) return bytes.bytes;
  return Buffer.from(typeof bytes === "string" ? bytes : "", "utf8");
}

function refuseUse(path: string): void {
  const open = openLines(path);
  if (!open) return;
  try {
    const { conversation } = readLines(open.store.lines, open.file, path);
    refuseAtWork(path, open.store.lines, conversation, Date.now());
  } finally {
    open.file.close();
  }
}
