import { DoctorError } from "../../errors.js";
import { refuseUnwritable } from "../../files/postgres/catalog.js";
import { cellsOf, Mirror, type MirroredTable } from "../../files/postgres/mirror.js";
import { writeChanges } from "../../files/postgres/write.js";
import { openScratch } from "../../files/sqlite.js";
import { append } from "../../model/numbers.js";
import { present } from "../../model/present.js";
import {
  loadConversations,
  loadMessages,
  ownerOf,
  type Server,
  WRITING,
  withServer,
} from "../../stores/server.js";
import { type JournalEntry, readJournal, wholeJournal } from "../journal.js";
import { type LeftRow, type Restored, Undo } from "../undo.js";
import { refuseStrangeRows } from "../undo-guard.js";
import { SAFELY } from "./apply.js";
import { commit, transactionOf } from "./commit.js";
import { hasMark } from "./marks.js";
import { isAsMeant } from "./write-session.js";

/**
 * Reverts a repair of a PostgreSQL database row by row from its journal, in one transaction. A row that cannot go back is
 * left alone and named.
 * @throws DoctorError NOT_FOUND, UNSUPPORTED, TRUNCATED, REFUSED, VERIFY_FAILED, INTERRUPTED, and those of connecting
 */
export async function undoServer(
  name: string,
  journalPath: string,
  force: boolean,
  isCancelled: () => boolean = () => false,
): Promise<Restored> {
  const header = await wholeJournal(journalPath);
  return withServer(
    name,
    WRITING,
    async (server) => {
      const { session, store, mirror, conversations, messages } = server;
      await refuseUnwritable(session, [conversations.name, messages.name]);
      if (!force && !(await hasMark(server, header.marks)))
        throw new DoctorError(
          "REFUSED",
          `${journalPath}: is the journal of another database; nothing was changed`,
          "name the journal that doctor repair told",
        );
      await refuseStrangeRows(mirror.db, store, name, journalPath);
      const done: Restored & { refused: LeftRow[] } = { from: journalPath, kept: null, rows: 0, refused: [] };
      let rows = 0;
      for await (const entries of byConversation(server, journalPath)) {
        const refused = await putBack(server, entries, isCancelled);
        append(done.refused, refused);
        rows += entries.length - refused.length;
      }
      if (!(await commit(session, await transactionOf(session), [journalPath])))
        throw new DoctorError("NOT_READABLE", `${name}: the connection was lost; nothing was changed`);
      return { ...done, rows };
    },
    SAFELY,
  );
}

/** The entries of a journal, those of one conversation at a time, as a repair writes them. */
async function* byConversation(server: Server, journalPath: string): AsyncGenerator<JournalEntry[]> {
  let entries: JournalEntry[] = [];
  for await (const entry of readJournal(journalPath)) {
    if (entries[0] && conversationOf(server, entries[0]) !== conversationOf(server, entry)) {
      yield entries;
      entries = [];
    }
    entries.push(entry);
  }
  if (entries.length > 0) yield entries;
}

function conversationOf(
  { conversations, messages }: Server,
  { table, id, before, after }: JournalEntry,
): string {
  if (table === conversations.name) return id;
  return String((before ?? after)?.[ownerOf(messages)] ?? "");
}

/** Puts the rows of one conversation back. Returns those that stay as they are. */
async function putBack(
  server: Server,
  entries: readonly JournalEntry[],
  isCancelled: () => boolean,
): Promise<readonly LeftRow[]> {
  const { session, store, conversations, messages, name } = server;
  const id = conversationOf(server, present(entries[0]));
  const db = openScratch();
  try {
    const mirror = new Mirror(db, [conversations, messages], { isStrict: true });
    await loadConversations(server, mirror, [id], true);
    mirror.commit();
    const tableOf = ({ table }: JournalEntry): MirroredTable =>
      table === conversations.name ? conversations : messages;
    const now = (entry: JournalEntry) => cellsOf(db, "main", tableOf(entry), entry.id);
    const before = entries.map(now);
    const { refused } = await new Undo(db, store.database.tables, () => entries, isCancelled).run();
    const changes = entries.map((entry, at) => ({
      table: tableOf(entry),
      id: entry.id,
      from: before[at] ?? null,
      to: now(entry),
    }));
    const needed = changes.filter(({ from, to }) => from !== null || to !== null);
    await session.query("savepoint conversation");
    try {
      await writeChanges(
        session,
        needed.filter(({ from, to }) => !isAsMeant({ to }, from)),
      );
    } catch (error) {
      if (!(error instanceof DoctorError) || error.code !== "REFUSED") throw error;
      await session.query("rollback to savepoint conversation");
      return entries.map((entry) => ({ table: entry.table, id: entry.id, reason: error.message }));
    }
    mirror.clear();
    await loadMessages({ ...server, mirror }, ownerOf(messages), [id]);
    mirror.commit();
    for (const change of needed)
      if (change.table === messages && !isAsMeant(change, cellsOf(db, "main", messages, change.id)))
        throw new DoctorError(
          "VERIFY_FAILED",
          `${name}: ${messages.name} ${change.id} could not be put back; rolled back`,
        );
    return refused;
  } finally {
    db.close();
  }
}
