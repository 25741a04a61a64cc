import type { Editor } from "../../../files/editor.js";
import { wellForm } from "../../../files/surrogates.js";
import type { Conversation, Message } from "../../../model/conversation.js";
import { dropFromTool, relabel } from "../../../repair/edits/attachments.js";
import { type Edits, impossible } from "../../../rules/edits.js";
import { marksOfTail } from "../replay/compaction.js";
import { threadOf } from "../thread.js";
import { closeStep, insertPart } from "./steps.js";

/** One row a piece: call and result are the same row. */
export function opencodeEdits(conversation: Conversation, editor: Editor): Edits {
  const textPart = (text: string) => JSON.stringify({ type: "text", text, synthetic: true });
  return {
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
    removeMessage: (message) => editor.removeMessage(message),
    removeBlock(message, block, placeholder) {
      const others = message.blocks.filter(
        (other) => other !== block && (other.kind === "text" || other.kind === "media"),
      );
      if (message.role === "user" && others.length === 0) editor.replace(block.row, textPart(placeholder));
      else editor.remove(block.row);
    },
    putText(message, block, text) {
      if (block) editor.replace(block.row, textPart(text));
      else
        insertPart(
          conversation,
          message,
          message.blocks.at(-1)?.row.id ?? null,
          null,
          textPart(text),
          editor,
        );
    },
    beginWithPrompt(before, text) {
      const thread = threadOf(conversation.messages);
      // A compaction's tail that begins inside a turn: the prompt is there, the tail is to begin with it.
      const marks = thread.byId.has(before.parent ?? "") ? marksOfTail(conversation.messages, before) : [];
      for (const mark of marks) editor.set(mark.row, "$.tail_start_id", before.parent!);
      if (marks.length > 0) return;
      const created = Math.max(0, (before.row.created ?? 1) - 1);
      const model = before.model ?? { provider: "", id: "" };
      const data = {
        role: "user",
        time: { created },
        agent: agentOf(before, editor),
        model: { providerID: model.provider, modelID: model.id },
      };
      // It must sort before all that follow.
      const lowestId = thread.lowestIdFrom[before.position] ?? before.row.id;
      const id = editor.freshId("message", null, lowestId);
      const row = editor.insert("message", {
        id,
        session_id: conversation.id,
        time_created: created,
        time_updated: created,
        data: JSON.stringify(data),
      });
      const part = editor.freshId(
        "part",
        null,
        before.blocks[0]?.row.id ?? before.row.id.replace(/^msg/, "prt"),
      );
      editor.insert("part", {
        id: part,
        message_id: row.id,
        session_id: conversation.id,
        time_created: created,
        time_updated: created,
        data: textPart(text),
      });
    },
    fillOutput: ({ row }, text) => editor.set(row, "$.state.error", text),
    relabelMedia: (row, at, type) =>
      relabel(row, at === undefined ? "$" : `$.state.attachments[${at}]`, type, editor),
    dropAttachments: (row, at, notes) => dropFromTool(row, at, notes, editor),
    replaceSurrogates: (row) => wellForm(row, editor),
    splitStep: (message, next) => closeStep(conversation, message, next, editor),
    reshape: impossible,
    trimEnd: impossible,
    insertResult: impossible,
    moveResult: impossible,
    nameResult: impossible,
    restoreCall: () => false,
    mergeIntoPrevious: impossible,
  };
}

function agentOf(message: Message, editor: Editor): string {
  const data = JSON.parse(editor.content(message.row) ?? "{}") as { agent?: unknown };
  return typeof data.agent === "string" ? data.agent : "build";
}
