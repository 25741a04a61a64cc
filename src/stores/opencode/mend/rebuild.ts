import { closedJson } from "../../../files/cut-json.js";
import type { Editor } from "../../../files/editor.js";
import { storeAsText } from "../../../files/rebuild.js";
import type { Json, Message, OtherBlock, Row } from "../../../model/conversation.js";
import { largest } from "../../../model/numbers.js";
import { isObject } from "../../../model/text.js";
import { refusalsOfMessage, refusalsOfPart } from "../decode/strict.js";
import { removeMessage } from "./rows.js";

const LOST_PART = "[This part could not be read.]";

/** Closes a cut document and keeps it, puts a placeholder for a text, else removes the row. */
export function rebuildRow(message: Message | undefined, row: Row, editor: Editor): void {
  if (storeAsText(row, editor)) return;
  if (row.holds === "piece") rebuildPart(message, row, editor);
  else if (message) rebuildMessage(message, row, editor);
}

function rebuildPart(message: Message | undefined, row: Row, editor: Editor): void {
  const text = editor.content(row);
  const data = withoutTraces(closedJson(text));
  // A cut tool is not closed this way: the rest of its output would pass for the whole output.
  if (isObject(data) && data.type !== "tool" && refusalsOfPart(data).length === 0)
    editor.replace(row, JSON.stringify(data));
  else if (/"type"\s*:\s*"text"/.test(text ?? "") || isOnlyUserPart(message, row))
    editor.replace(row, JSON.stringify({ type: "text", text: LOST_PART, synthetic: true }));
  else editor.remove(row);
}

/** Drops the metadata of a cut part: it comes last, and a cut signature looks like a whole one. */
function withoutTraces(data: Json | undefined): Json | undefined {
  if (!isObject(data)) return data;
  const { metadata: _, ...rest } = data;
  return rest;
}

function isOnlyUserPart(message: Message | undefined, row: Row): boolean {
  return message?.role === "user" && message.blocks.every((block) => block.row === row);
}

/** Makes the message's data from its parts. The rule for missing keys fills in its neighbours' values afterwards. */
function rebuildMessage(message: Message, row: Row, editor: Editor): void {
  const data = closedJson(editor.content(row));
  if (isObject(data) && refusalsOfMessage(data).length === 0) editor.replace(row, JSON.stringify(data));
  else if (message.blocks.length === 0) removeMessage(message, editor);
  else {
    const created = row.created ?? 0;
    const finish = message.blocks.findLast((block): block is OtherBlock => block.kind === "step-finish");
    const times = message.blocks.flatMap((block) => block.row.updated ?? []);
    const assistant = {
      role: "assistant",
      time: { created, completed: largest(times, created) },
      ...(finish?.reason && { finish: finish.reason }),
    };
    editor.replace(
      row,
      JSON.stringify(message.role === "assistant" ? assistant : { role: "user", time: { created } }),
    );
  }
}
