import { existsSync } from "node:fs";
import type { Editor } from "../../../files/editor.js";
import type { Database } from "../../../files/sqlite.js";
import { rowOf, type Table } from "../../../files/tables.js";
import type { Conversation } from "../../../model/conversation.js";
import { asNumber } from "../../../model/text.js";
import { defineStore } from "../../store.js";
import { type IndexEdits, indexMismatch } from "../rules/index-mismatch.js";
import { databaseHost } from "./host.js";
import { noContentEdits } from "./no-content.js";
import { threadOf, threadReader } from "./reader.js";
import { nextNumberAt } from "./rollout-place.js";
import { homeOfDatabase, rolloutsIn } from "./rollouts.js";

const STATE = {
  name: "thread_history_projection_state",
  holds: "conversation",
  key: "thread_id",
  needs: ["thread_id", "next_rollout_byte_offset", "next_rollout_ordinal"],
} as const satisfies Table;

/** Tables that Codex fills from the rollouts. */
const FILLED: readonly Table[] = [
  { name: "thread_turns", key: "turn_id", needs: ["thread_id", "turn_id"] },
  { name: "thread_items", key: "item_id", needs: ["thread_id", "item_id"] },
  { name: "thread_realtime_items", key: "item_id", needs: ["thread_id", "item_id"] },
].map((table) => ({
  ...table,
  holds: "piece",
  conversation: "thread_id",
  ofConversation: `thread_id = (select thread_id from main.${STATE.name})`,
}));

/** The list of a thread's turns, as far as Codex has read the rollout. */
interface ReadThread extends Conversation {
  readonly next: number;
  /** The number that has to come next in the rollout; undefined where there is none to compare. */
  readonly expected: number | null | undefined;
  readonly filled: readonly { readonly table: Table; readonly rowid: number }[];
}

const host = databaseHost<ReadThread>([{ rule: "index-mismatch", effect: "misleads", severity: "warning" }]);

function openHistory(db: Database, path: string) {
  let rollouts: ReadonlyMap<string, string> | undefined;
  return threadReader(db, STATE, "thread_id", host, (row): ReadThread => {
    rollouts ??= rolloutsIn(homeOfDatabase(path));
    const rollout = rollouts.get(row.id);
    const place = asNumber(row.stored.next_rollout_byte_offset) ?? 0;
    const canCompare = place > 0 && rollout !== undefined && existsSync(rollout);
    const next = asNumber(row.stored.next_rollout_ordinal) ?? 0;
    return {
      ...threadOf("codex-history", STATE, row),
      next,
      expected: canCompare ? expectedNumber(rollout, place, next) : undefined,
      filled: FILLED.flatMap((table) => rowidsOf(db, table, row.id).map((rowid) => ({ table, rowid }))),
    };
  });
}

/**
 * The number that has to come next. A repair of the rollout moves its bytes: Codex finds its place again as soon as the
 * number that it waits for comes, which is the next one of the file.
 */
function expectedNumber(rollout: string, place: number, next: number): number | null {
  const expected = nextNumberAt(rollout, place);
  return expected === next || nextNumberAt(rollout, "end") !== next ? expected : next;
}

function rowidsOf(db: Database, { name }: Table, thread: string): number[] {
  return db
    .prepare(`select rowid from "${name}" where thread_id = ? order by rowid`)
    .pluck()
    .all(thread) as number[];
}

/** Codex reads the whole rollout again from the first byte and the number 0 on. */
function historyEdits({ row, filled }: ReadThread, editor: Editor): IndexEdits {
  return {
    ...noContentEdits(editor),
    realign() {
      for (const { table, rowid } of filled) editor.remove(rowOf(table, String(rowid), rowid));
      editor.column(row, "next_rollout_byte_offset", 0);
      editor.column(row, "next_rollout_ordinal", 0);
    },
  };
}

/** The list of turns that Codex makes of each rollout. */
export const codexHistory = defineStore<ReadThread, IndexEdits>({
  id: "codex-history",
  title: "Codex's list of turns",
  hosts: [host],
  database: { tables: [STATE, ...FILLED], open: openHistory, edits: historyEdits },
  rules: [
    indexMismatch("empty the thread's list, so that it is built anew", ({ row, next, expected }) =>
      expected === undefined || expected === next ? [] : [{ row, evidence: { next, expected } }],
    ),
  ],
});
