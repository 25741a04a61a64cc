import type { Editor } from "../../../files/editor.js";
import { rowOf } from "../../../files/tables.js";
import type { Json, Message, Row } from "../../../model/conversation.js";
import { parseJson } from "../../../model/json.js";
import { isObject } from "../../../model/text.js";
import { PART } from "../tables.js";

/** Removes a message row with all its parts. */
export function removeMessage({ row }: Message, editor: Editor): void {
  const parts = editor.db
    .prepare("select rowid from part where message_id = ?")
    .pluck()
    .all(row.id) as number[];
  for (const rowid of parts) editor.remove(rowOf(PART, row.id, rowid));
  editor.remove(row);
}

/** The row's content as it stands now; empty where it is no JSON object. */
export function documentOf(row: Row, editor: Editor): Record<string, Json> {
  const data = parseJson(editor.content(row));
  return isObject(data) ? data : {};
}

/** A text part of the host's kind that no person wrote. */
export function textPart(text: string): string {
  return JSON.stringify({ type: "text", text, synthetic: true });
}
