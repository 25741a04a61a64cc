import { createHash } from "node:crypto";
import type { Editor } from "../../files/editor.js";
import { wellForm } from "../../files/surrogates.js";
import type { CallBlock, Conversation, Json, Row } from "../../model/conversation.js";
import { isObject, plainId } from "../../model/text.js";
import { relabel } from "../../repair/edits/attachments.js";
import { type Edits, impossible } from "../../rules/edits.js";
import { INTERRUPTED } from "./replay.js";

/** One row a message: calls and results are rows of their own, in the order of their position. */
export function instaticEdits(conversation: Conversation, editor: Editor): Edits {
  const put = (row: Row, text: string) => editor.replace(row, JSON.stringify([{ kind: "text", text }]));
  const indexOf = (row: Row, kind: string, matches: (block: Record<string, Json>) => boolean) => {
    const blocks = JSON.parse(editor.content(row) ?? "[]") as Json[];
    return blocks.findIndex((block) => isObject(block) && block.kind === kind && matches(block));
  };
  const callPath = (call: CallBlock, key: string) =>
    `$[${indexOf(call.row, "toolCall", (block) => block.toolCallId === call.id)}].${key}`;
  return {
    claimed: editor.claimed,
    renameCall(call, result, id) {
      editor.set(call.row, callPath(call, "toolCallId"), id);
      editor.column(call.row, "tool_call_id", id);
      if (result) editor.column(result.row, "tool_call_id", id);
    },
    renameTool(call) {
      const name = plainId(call.name).slice(0, 64) || "invalid";
      editor.set(call.row, callPath(call, "toolName"), name);
      editor.column(call.row, "tool_name", name);
    },
    setInput: (call, value) => editor.set(call.row, callPath(call, "input"), value),
    wrapInput: (call) => editor.wrap(call.row, callPath(call, "input")),
    unquoteInput: (call) => editor.unquote(call.row, callPath(call, "input")),
    drop: (block) => editor.remove(block.row),
    removeMessage: (message) => editor.remove(message.row),
    removeBlock(message, block, placeholder) {
      const single = message.blocks.length === 1;
      if (message.role === "assistant" && single && !hasUsage(message.row, editor))
        editor.remove(message.row);
      else if (single) put(message.row, placeholder);
      else editor.unset(message.row, `$[${message.blocks.indexOf(block)}]`);
    },
    putText(message, block, text) {
      if (block && message.blocks.length > 1)
        editor.set(message.row, `$[${message.blocks.indexOf(block)}]`, { kind: "text", text });
      else put(message.row, text);
    },
    beginWithPrompt(before, text) {
      insertInstatic(
        conversation,
        before.row,
        {
          role: "user",
          content: [{ kind: "text", text }],
          callId: null,
          toolName: null,
          at: before.position - 0.5,
          name: "prompt",
        },
        editor,
      );
    },
    fillOutput: ({ row }, text) =>
      editor.set(row, `$[${indexOf(row, "toolResult", () => true)}].error`, text),
    relabelMedia: (row, at, type) => relabel(row, `$[${at}]`, type, editor),
    dropAttachments: impossible,
    replaceSurrogates: (row) => wellForm(row, editor),
    insertResult(message, call) {
      insertInstatic(
        conversation,
        call.row,
        {
          role: "tool",
          content: [{ kind: "toolResult", ok: false, error: INTERRUPTED }],
          callId: call.id,
          toolName: call.name,
          at: message.position + 0.25,
          name: `result ${call.id}`,
        },
        editor,
      );
    },
    moveResult({ call, block }) {
      const message = conversation.messages[call!.turn]!;
      const order = message.blocks.indexOf(call!.block);
      editor.column(block.row, "position", message.position + 0.25 + order / 1000);
    },
    nameResult: (result, id) => editor.column(result.row, "tool_call_id", id),
    restoreCall: () => false,
    splitStep: impossible,
    reshape: impossible,
    trimEnd: impossible,
    mergeIntoPrevious: impossible,
  };
}

/** Usage of a turn is written to an assistant row; the audit page sums it, so such a row stays. */
export function hasUsage(row: Row, editor: Editor): boolean {
  return (
    Number(editor.cell(row, "prompt_tokens") ?? 0) > 0 ||
    Number(editor.cell(row, "completion_tokens") ?? 0) > 0
  );
}

interface NewInstaticRow {
  role: "user" | "tool";
  content: Json;
  callId: string | null;
  toolName: string | null;
  /** Between two positions; the plan numbers them anew in the end. */
  at: number;
  /** Makes the id: the same repair writes the same id. */
  name: string;
}

function insertInstatic(
  conversation: Conversation,
  neighbour: Row,
  row: NewInstaticRow,
  editor: Editor,
): void {
  const id = createHash("sha256")
    .update(`${conversation.id} ${neighbour.id} ${row.name}`)
    .digest("base64url")
    .slice(0, 21);
  editor.insert("ai_messages", {
    id,
    conversation_id: conversation.id,
    position: row.at,
    role: row.role,
    content_json: JSON.stringify(row.content),
    tool_call_id: row.callId,
    tool_name: row.toolName,
    created_at: editor.cell(neighbour, "created_at") as string,
  });
}
