import { createHash } from "node:crypto";
import type { Editor } from "../../files/editor.js";
import { relabel } from "../../files/relabel.js";
import type { Database } from "../../files/sqlite.js";
import { wellForm } from "../../files/surrogates.js";
import { rowOf } from "../../files/tables.js";
import type { CallBlock, Json, Row } from "../../model/conversation.js";
import { isObject, plainId } from "../../model/text.js";
import type { ResultEdits, RowEdits } from "../../rules/edits.js";
import type { InstaticConversation } from "./decode.js";
import { hasUsage, rebuildRow } from "./rebuild.js";
import { INTERRUPTED } from "./replay.js";
import { MESSAGES } from "./tables.js";

export type InstaticEdits = RowEdits & ResultEdits;

/** One row a message: calls and results are rows of their own, in the order of their position. */
export function instaticEdits(conversation: InstaticConversation, editor: Editor): InstaticEdits {
  return {
    claimed: editor.claimed,
    ...callEdits(conversation, editor),
    ...messageEdits(conversation, editor),
  };
}

/** Edits of tool calls and tool results. */
function callEdits(conversation: InstaticConversation, editor: Editor) {
  const indexOf = (row: Row, kind: string, matches: (block: Record<string, Json>) => boolean) => {
    const blocks = JSON.parse(editor.content(row) ?? "[]") as Json[];
    return blocks.findIndex((block) => isObject(block) && block.kind === kind && matches(block));
  };
  const callPath = (call: CallBlock, key: string) =>
    `$[${indexOf(call.row, "toolCall", (block) => block.toolCallId === call.id)}].${key}`;
  return {
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
      const message = call && conversation.messages[call.turn];
      if (!message) return;
      const order = message.blocks.indexOf(call.block);
      editor.column(block.row, "position", message.position + 0.25 + order / 1000);
    },
    nameResult: (result, id) => editor.column(result.row, "tool_call_id", id),
    fillOutput: ({ row }, text) =>
      editor.set(row, `$[${indexOf(row, "toolResult", () => true)}].error`, text),
  } satisfies Partial<InstaticEdits>;
}

/** Edits of whole messages and of the pieces in them. */
function messageEdits(conversation: InstaticConversation, editor: Editor) {
  const put = (row: Row, text: string) => editor.replace(row, JSON.stringify([{ kind: "text", text }]));
  return {
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
    relabelMedia: (row, at, type) => relabel(row, `$[${at}]`, type, editor),
    replaceSurrogates: (row) => wellForm(row, editor),
    completeMessage: (message) => rebuildRow(message, message.row, editor),
    rebuild: (message, row) => rebuildRow(message, row, editor),
    dropUnknown: (message, row) => rebuildRow(message, row, editor),
    align(message) {
      const call = message.blocks.find((block) => block.kind === "call");
      editor.column(message.row, "tool_call_id", call?.id ?? null);
    },
  } satisfies Partial<InstaticEdits>;
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
  conversation: InstaticConversation,
  neighbour: Row,
  row: NewInstaticRow,
  editor: Editor,
): void {
  const id = createHash("sha256")
    .update(`${conversation.id} ${neighbour.id} ${row.name}`)
    .digest("base64url")
    .slice(0, 21);
  editor.insert(MESSAGES.name, {
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

/** Gives rows that were put between two positions whole numbers again, from 0 on; true where there were any. */
export function settlePositions(db: Database, editor: Editor): boolean {
  return numberFrom(() => 0, db, editor);
}

/**
 * The same on a server, where the host may add a message while the repair is written: it takes the position after the last
 * one that it saw, so no row moves behind that. Positions below 0 are in order for the host.
 */
export function settleBelowLast(db: Database, editor: Editor): boolean {
  const last = Number(db.prepare("select max(position) from source.ai_messages").pluck().get());
  return numberFrom((rows) => Math.min(0, last + 1 - rows), db, editor);
}

function numberFrom(firstOf: (rows: number) => number, db: Database, editor: Editor): boolean {
  const rows = db.prepare("select rowid, id, position from main.ai_messages order by position").all() as {
    rowid: number;
    id: string;
    position: number;
  }[];
  if (rows.every((row) => Number.isInteger(row.position))) return false;
  const first = firstOf(rows.length);
  for (const [index, { id, rowid, position }] of rows.entries())
    if (position !== first + index) editor.column(rowOf(MESSAGES, id, rowid), "position", first + index);
  return true;
}
