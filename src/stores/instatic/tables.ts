import type { Database } from "../../files/sqlite.js";
import type { Table } from "../../files/tables.js";

export const CONVERSATIONS = {
  name: "ai_conversations",
  holds: "conversation",
  needs: ["id", "title", "created_at", "updated_at"],
} as const satisfies Table;

export const MESSAGES = {
  name: "ai_messages",
  holds: "message",
  needs: [
    "id",
    "conversation_id",
    "position",
    "role",
    "content_json",
    "tool_call_id",
    "tool_name",
    "created_at",
  ],
  content: "content_json",
  conversation: "conversation_id",
  written: "created_at",
  position: "position",
  ofConversation: "conversation_id = (select id from main.ai_conversations)",
} as const satisfies Table;

export const TABLES: readonly Table[] = [CONVERSATIONS, MESSAGES];

export const MIGRATIONS = "schema_migrations";

/** An empty table of migrations, which the reader asks for the version. */
export const WORKING = `create table main.${MIGRATIONS} (id text)`;

/** Other apps have a table called `ai_messages` too. */
export function hasRuntimeMigration(db: Database): boolean {
  const has = db.prepare("select 1 from pragma_table_info(?) where name = 'id'").get(MIGRATIONS);
  return (
    has !== undefined &&
    db.prepare(`select 1 from ${MIGRATIONS} where id = '007_ai_runtime'`).get() !== undefined
  );
}
