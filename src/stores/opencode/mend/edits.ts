import type { Editor } from "../../../files/editor.js";
import { relabel } from "../../../files/relabel.js";
import { wellForm } from "../../../files/surrogates.js";
import type { Message } from "../../../model/conversation.js";
import type { RowEdits, StepEdits } from "../../../rules/edits.js";
import type { OpencodeConversation } from "../decode/session.js";
import { marksOfTail } from "../replay/compaction.js";
import { MESSAGE, PART } from "../tables.js";
import { threadOf } from "../thread.js";
import { dropFromTool } from "./attachments.js";
import { completeMessage } from "./complete-message.js";
import { nameKind } from "./name-kind.js";
import { freshId } from "./new-ids.js";
import { type OwnEdits, ownEdits } from "./own-edits.js";
import { rebuildRow } from "./rebuild.js";
import { documentOf, removeMessage, textPart } from "./rows.js";
import { closeStep, insertPart } from "./steps.js";

export type OpencodeEdits = RowEdits & StepEdits & OwnEdits;

/** One row a piece: a tool call and its result are the same row. */
export function opencodeEdits(conversation: OpencodeConversation, editor: Editor): OpencodeEdits {
  return {
    ...ownEdits(conversation, editor),
    claimed: editor.claimed,
    renameCall(call, _, id) {
      editor.set(call.row, "$.callID", id);
      if (call.itemId !== undefined) editor.unset(call.row, "$.metadata.openai.itemId");
    },
    renameTool: (call) => editor.set(call.row, "$.tool", "invalid"),
    setInput: (call, value) => editor.set(call.row, "$.state.input", value),
    wrapInput: (call) => editor.wrap(call.row, "$.state.input"),
    unquoteInput: (call) => editor.unquote(call.row, "$.state.input"),
    drop: (block) => editor.remove(block.row),
    removeMessage: (message) => removeMessage(message, editor),
    removeBlock(message, block, placeholder) {
      const others = message.blocks.filter(
        (other) => other !== block && (other.kind === "text" || other.kind === "media"),
      );
      if (message.role === "user" && others.length === 0) editor.replace(block.row, textPart(placeholder));
      else editor.remove(block.row);
    },
    putText(message, block, text) {
      const last = message.blocks.at(-1)?.row.id ?? null;
      if (block) editor.replace(block.row, textPart(text));
      else insertPart(conversation, message, last, null, textPart(text), editor);
    },
    beginWithPrompt: (before, text) => beginWithPrompt(conversation, before, text, editor),
    fillOutput: ({ row }, text) => editor.set(row, "$.state.error", text),
    relabelMedia: (row, at, type) =>
      relabel(row, at === undefined ? "$" : `$.state.attachments[${at}]`, type, editor),
    dropAttachments: (row, at, notes) => dropFromTool(row, at, notes, editor),
    completeMessage: (message, refused) => completeMessage(conversation, message, refused, editor),
    replaceSurrogates: (row) => wellForm(row, editor),
    splitStep: (message, next) => closeStep(conversation, message, next, editor),
    rebuild: (message, row) => rebuildRow(conversation, message, row, editor),
    dropUnknown(_, row) {
      if (!nameKind(row, editor)) editor.remove(row);
    },
    align({ row, created, completed }, { time, problem }) {
      if (typeof time !== "number") return;
      if (row.created !== time) editor.column(row, "time_created", time);
      if (created !== time) editor.set(row, "$.time.created", time);
      const isEarly = typeof completed === "number" && completed < time;
      if (problem === "seconds" && isEarly && completed * 1000 >= time)
        editor.set(row, "$.time.completed", completed * 1000);
    },
  };
}

function beginWithPrompt(
  conversation: OpencodeConversation,
  before: Message,
  text: string,
  editor: Editor,
): void {
  const thread = threadOf(conversation.messages);
  const { parent } = before;
  // A compaction's tail begins inside a turn whose prompt is there: the tail begins with that prompt from now on.
  const marks =
    parent !== undefined && thread.byId.has(parent) ? marksOfTail(conversation.messages, before) : [];
  for (const mark of marks) editor.set(mark.row, "$.tail_start_id", parent ?? "");
  if (marks.length > 0) return;
  const created = Math.max(0, (before.row.created ?? 1) - 1);
  const { provider, id: model } = before.model ?? { provider: "", id: "" };
  const { agent } = documentOf(before.row, editor);
  const data = {
    role: "user",
    time: { created },
    agent: typeof agent === "string" ? agent : "build",
    model: { providerID: provider, modelID: model },
  };
  // The id must sort before the ids of all messages that follow.
  const lowestId = thread.lowestIdFrom[before.position] ?? before.row.id;
  const times = { time_created: created, time_updated: created };
  const owner = { session_id: conversation.id };
  const id = freshId(editor, MESSAGE.name, null, lowestId);
  editor.insert(MESSAGE.name, { id, ...owner, ...times, data: JSON.stringify(data) });
  const firstPart = before.blocks[0]?.row.id ?? before.row.id.replace(/^msg/, "prt");
  const part = freshId(editor, PART.name, null, firstPart);
  editor.insert(PART.name, { id: part, message_id: id, ...owner, ...times, data: textPart(text) });
}
