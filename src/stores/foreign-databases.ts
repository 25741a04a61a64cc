import { columnsOf, type Database } from "../files/sqlite.js";

/** The name of a program whose database is recognised but not read; null for any other database. */
export function foreignProgramOf(db: Database): string | null {
  const messages = columnsOf(db, "messages");
  const sessions = columnsOf(db, "sessions");
  // Both keep a message's parts in one JSON column; Crush went on from the older opencode.
  const isOfGo = ["session_id", "role", "parts", "model"].every((name) => messages.has(name));
  if (!isOfGo || !sessions.has("message_count")) return null;
  return messages.has("provider") || messages.has("is_summary_message")
    ? "a database of Crush"
    : "a database of the older opencode, the one written in Go";
}
