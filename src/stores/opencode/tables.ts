import { columnsOf, type Database } from "../../files/sqlite.js";
import type { Table } from "../../files/tables.js";
import type { EventLog } from "../store.js";

export const PROJECT = {
  name: "project",
  holds: "context",
  needs: ["id", "worktree"],
} as const satisfies Table;

export const SESSION = {
  name: "session",
  holds: "conversation",
  needs: ["id", "project_id", "parent_id", "directory", "title", "version", "time_created", "time_updated"],
  detach: ["parent_id"],
} as const satisfies Table;

export const MESSAGE = {
  name: "message",
  holds: "message",
  needs: ["id", "session_id", "time_created", "time_updated", "data"],
  content: "data",
  conversation: "session_id",
  written: "time_updated",
  ofConversation: "session_id = (select id from main.session)",
  indexes: ["session_id", "id"],
} as const satisfies Table;

export const PART = {
  name: "part",
  holds: "piece",
  needs: ["id", "message_id", "session_id", "time_created", "time_updated", "data"],
  content: "data",
  conversation: "session_id",
  written: "time_updated",
  ofConversation: "message_id in (select id from main.message)",
  indexes: ["message_id", "id"],
} as const satisfies Table;

export const TABLES: readonly Table[] = [PROJECT, SESSION, MESSAGE, PART];

export const EVENT_LOG: EventLog = {
  table: "event",
  reclaim: "no conversation is read from it, but workspace sync is: doctor leaves it alone",
  emptied: "The updates to opencode 1.16.0 and 1.17.10 empty it",
  inUse:
    "opencode 2 builds on it: never delete from event, event_sequence or kv, or it imports the file anew",
};

/** The facts about a file that a reader needs before its first query. */
export interface OpencodeSchema {
  /** True if the file also holds the tables of opencode 2: V1 rows are leftovers once they are imported. */
  readonly mixed: boolean;
  /** The columns of the session table. */
  readonly session: ReadonlySet<string>;
  /** An export in tables like opencode's. */
  readonly exported?: true;
}

export function schemaOf(db: Database): OpencodeSchema {
  return {
    mixed: columnsOf(db, "session_v2").has("id") && columnsOf(db, "kv").size > 0,
    session: new Set(columnsOf(db, SESSION.name).keys()),
  };
}
