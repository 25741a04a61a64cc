import { statSync } from "node:fs";
import type { Editor } from "../../../files/editor.js";
import type { Database } from "../../../files/sqlite.js";
import type { Table } from "../../../files/tables.js";
import type { Conversation } from "../../../model/conversation.js";
import { asNumber, asString } from "../../../model/text.js";
import { defineStore } from "../../store.js";
import { type IndexEdits, indexMismatch } from "../rules/index-mismatch.js";
import { databaseHost } from "./host.js";
import { noContentEdits } from "./no-content.js";
import { type ThreadRow, threadOf, threadReader } from "./reader.js";
import { isPaginatedRollout } from "./rollout-mode.js";
import { homeOfDatabase, isRollout, rolloutsIn } from "./rollouts.js";

const THREADS = {
  name: "threads",
  holds: "conversation",
  needs: ["id", "rollout_path", "cwd", "title", "source", "model_provider"],
} as const satisfies Table;

/** The mode that Codex notes for a thread whose first line it could not read. */
const LEGACY = "legacy";

/** A thread as Codex lists it. */
interface ListedThread extends Conversation {
  readonly rollout: string;
  readonly isThere: boolean;
  /** The rollout with the thread's id, where one stands in the folder. */
  readonly found: string | undefined;
  /** The row says that no list of turns is kept, the rollout says that one is. */
  readonly isOtherMode: boolean;
}

const host = databaseHost<ListedThread>([
  {
    rule: "index-mismatch",
    effect: "unreadable",
    severity: "error",
    error: "no rollout found for thread id",
  },
  {
    rule: "index-mismatch",
    variant: "mode",
    effect: "unreadable",
    severity: "error",
    error: "list_turns is not supported yet",
  },
  { rule: "index-mismatch", variant: "gone", effect: "unreadable", severity: "warning" },
]);

function openState(db: Database, path: string) {
  let rollouts: ReadonlyMap<string, string> | undefined;
  return threadReader(db, THREADS, "id", host, (row): ListedThread => {
    const rollout = asString(row.stored.rollout_path) ?? "";
    const isThere = isRollout(rollout);
    if (!isThere) rollouts ??= rolloutsIn(homeOfDatabase(path));
    const found = rollouts?.get(row.id);
    const place = isThere ? rollout : found;
    const isOtherMode =
      row.stored.history_mode === LEGACY && place !== undefined && isFile(place) && isPaginatedRollout(place);
    return { ...listed(row), rollout, isThere, found, isOtherMode };
  });
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function listed(row: ThreadRow): Conversation {
  const { stored } = row;
  const time = (seconds: unknown) => (asNumber(seconds) === undefined ? null : Number(seconds) * 1000);
  return {
    ...threadOf("codex-state", THREADS, row),
    title: asString(stored.title) ?? "",
    directory: asString(stored.cwd) ?? null,
    version: asString(stored.cli_version) || null,
    created: time(stored.created_at),
    updated: time(stored.updated_at),
  };
}

function stateEdits({ row, found, isOtherMode }: ListedThread, editor: Editor): IndexEdits {
  return {
    ...noContentEdits(editor),
    realign() {
      if (found !== undefined) editor.column(row, "rollout_path", found);
      if (isOtherMode) editor.column(row, "history_mode", "paginated");
    },
  };
}

/** The list of threads: where each one's rollout stands. */
export const codexState = defineStore<ListedThread, IndexEdits>({
  id: "codex-state",
  title: "Codex's list of threads",
  hosts: [host],
  database: { tables: [THREADS], open: openState, edits: stateEdits },
  rules: [
    indexMismatch("set the path, or the mode, to that of the thread's rollout", (thread) => {
      const { row, isThere, found, isOtherMode } = thread;
      if (isThere) return isOtherMode ? [{ row, evidence: { mode: LEGACY }, variant: "mode" }] : [];
      if (found === undefined) return [{ row, evidence: { found: false }, variant: "gone", safety: "none" }];
      return [{ row, evidence: { found: true } }];
    }),
  ],
});
