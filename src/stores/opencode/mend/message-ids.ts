import type { Editor } from "../../../files/editor.js";
import { prepared } from "../../../files/sqlite.js";
import { rowOf } from "../../../files/tables.js";
import type { Message } from "../../../model/conversation.js";
import { parseJson } from "../../../model/json.js";
import { isObject } from "../../../model/text.js";
import type { OpencodeConversation } from "../decode/session.js";
import { lowestIds } from "../ids.js";
import { MESSAGE, PART } from "../tables.js";

/**
 * Gives the messages up to the last one whose id sorts behind that of a later message new ids in their order, below all that
 * a host gives out between two wraps; where there is none, all messages. Everything that names them follows.
 */
export function renumberMessages(conversation: OpencodeConversation, editor: Editor): void {
  const { messages } = conversation;
  const next = lowestIds("msg", conversation.id);
  const ids = new Map<string, string>();
  for (const { row } of messages.slice(0, misplaced(messages) || messages.length)) {
    let id = next();
    while (!editor.claim(MESSAGE.name, id)) id = next();
    ids.set(row.id, id);
  }
  for (const message of messages) rename(message, ids, editor);
  const revert = parseJson(editor.cell(conversation.row, "revert"));
  const reverted = isObject(revert) && ids.get(String(revert.messageID));
  if (reverted) editor.column(conversation.row, "revert", JSON.stringify({ ...revert, messageID: reverted }));
}

/** The number of messages up to the last one that has a later message with a lower id. */
function misplaced(messages: readonly Message[]): number {
  let lowest: string | undefined;
  for (let at = messages.length - 1; at >= 0; at--) {
    const id = messages[at]?.row.id ?? "";
    if (lowest !== undefined && id > lowest) return at + 1;
    if (lowest === undefined || id < lowest) lowest = id;
  }
  return 0;
}

function rename({ row, parent, blocks }: Message, ids: ReadonlyMap<string, string>, editor: Editor): void {
  const prompt = parent !== undefined && ids.get(parent);
  if (prompt) editor.set(row, "$.parentID", prompt);
  for (const block of blocks) {
    const tail = block.kind === "compaction" && block.tail !== undefined && ids.get(block.tail);
    if (tail) editor.set(block.row, "$.tail_start_id", tail);
  }
  const id = ids.get(row.id);
  if (id === undefined) return;
  const parts = prepared(editor.db, "select rowid, id from part where message_id = ?").all(row.id);
  for (const part of parts as { rowid: number; id: string }[])
    editor.column(rowOf(PART, part.id, part.rowid), "message_id", id);
  editor.column(row, "id", id);
}
