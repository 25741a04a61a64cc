import type { Block, CallBlock, Json, JsonObject, Message, Row } from "../../model/conversation.js";
import { relabelUrl } from "../../model/media.js";
import { isObject, plainId, wellFormed } from "../../model/text.js";
import type { ResultEdits } from "../../rules/edits.js";
import { changedAt } from "../json-at.js";
import { LineCursor } from "../line-cursor.js";
import type { LineEditor } from "../line-editor.js";
import type { TextCopy } from "./copies.js";
import { ordinalOf } from "./entry.js";
import { completeRow, mendLine, rebuildHeader, renumber } from "./line-mends.js";
import { kindOf } from "./replay.js";
import { type CodexConversation, rowOfLine } from "./session.js";

const INTERRUPTED = "The tool call was interrupted; no result was recorded.";

/** Edits that only Codex's rollouts can have. */
export interface CodexEdits extends ResultEdits {
  rebuildHeader(): void;
  /** Puts the rows that can be read of a broken line in its place. */
  mendLine(row: Row): void;
  /** Gives a row what Codex requires of it: U+FFFD for what is no text, the time of the row before. */
  completeRow(row: Row): void;
  /** Numbers the rows anew whose number is missing, or not behind the one before. */
  renumber(): void;
  /** Puts a message back whose text an event still tells. */
  restoreText(copy: TextCopy): void;
  /** Gives a call the arguments that an event still tells; false where none does. */
  restoreInput(call: CallBlock): boolean;
}

/** Changes the items of a rollout: one item a line, except in the history that a compaction wrote. */
export function codexEdits(conversation: CodexConversation, editor: LineEditor): CodexEdits {
  const { messages, paths, copies, entries } = conversation;
  const cursor = new LineCursor(editor, paths);
  const messageOf = (block: Block) => messages.find(({ blocks }) => blocks.includes(block));
  const set = (row: Row, key: string, value: Json) =>
    cursor.change(row, (item) => (isObject(item) ? { ...item, [key]: value } : item));
  const setInput = (call: CallBlock, value: Json) => set(call.row, "arguments", JSON.stringify(value));
  const removeMessage = ({ row }: Message) => {
    if (paths.get(row)?.length === 1) editor.remove(row);
    else cursor.remove(row);
  };
  const drop = (block: Block) => {
    const message = messageOf(block);
    if (!message) return;
    if (block.row === message.row || message.blocks.length === 1) removeMessage(message);
    else cursor.remove(block.row);
  };
  const textPart = (role: string, text: string) => ({
    type: role === "assistant" ? "output_text" : "input_text",
    text,
  });
  const putText = (message: Message, block: Block | null, text: string) => {
    if (block && block.row !== message.row) cursor.change(block.row, () => textPart(message.role, text));
    else if (message.role === "tool") set(message.row, "output", text);
    else set(message.row, "content", [textPart(message.role, text)]);
  };
  /** A row behind a line, with its time and the next number. */
  const insertLine = (row: Row, id: string, payload: JsonObject) => {
    const before = entries.find(({ key }) => key === row.rowid);
    const ordinal = before && ordinalOf(before);
    editor.insertBehind(row, id, {
      timestamp: before?.value?.timestamp ?? new Date(row.created ?? 0).toISOString(),
      ...(ordinal !== undefined && { ordinal: ordinal + 1 }),
      type: "response_item",
      payload,
    });
  };
  /** Puts an item behind another one: as a line, or into the history that a compaction wrote. */
  const insertItem = (row: Row, id: string, item: JsonObject) => {
    if (paths.get(row)?.length === 1) insertLine(row, id, item);
    else cursor.insertBehind(row, id, item);
  };

  return {
    claimed: editor.claimed,
    renameCall(call, result, id) {
      set(call.row, "call_id", id);
      if (result) set(result.row, "call_id", id);
    },
    renameTool: (call) => set(call.row, "name", plainId(call.name.trim()).slice(0, 64) || "unknown"),
    setInput,
    wrapInput: (call) => setInput(call, { unparsed: call.arguments ?? null }),
    unquoteInput: (call) => {
      if (typeof call.arguments === "string") set(call.row, "arguments", call.arguments);
    },
    restoreInput(call) {
      const command = copies.commands.get(call.id)?.command;
      if (command !== undefined) setInput(call, { cmd: command });
      return command !== undefined;
    },
    drop,
    removeBlock: (message, block, placeholder) =>
      message.blocks.length > 1 ? drop(block) : putText(message, null, placeholder),
    removeMessage,
    putText,
    fillOutput: ({ row }, text) => set(row, "output", text),
    relabelMedia: (row, at, type) =>
      changeImage(cursor, row, at, (image) => ({ ...image, image_url: relabelled(image.image_url, type) })),
    dropAttachments(row, at, notes) {
      for (const [index, place] of at.entries())
        changeImage(cursor, row, place, () => ({ type: "input_text", text: notes[index] ?? "" }));
    },
    completeMessage: ({ row }) => completeRow(conversation, row, editor),
    completeRow: (row) => completeRow(conversation, row, editor),
    // The Responses API takes a history that begins with a reply.
    beginWithPrompt() {},
    replaceSurrogates: (row) => cursor.change(row, (item) => item && wellFormed(item)),
    insertResult(message, call) {
      const output = copies.commands.get(call.id)?.output ?? INTERRUPTED;
      const type = outputTypeOf(messages.find(({ row }) => row === message.row)?.type ?? "");
      insertItem(call.row, `output ${call.id}`, { type, call_id: call.id, output });
    },
    moveResult({ block, call }) {
      const item = cursor.value(block.row);
      if (!call || !isObject(item)) return;
      drop(block);
      insertItem(call.block.row, block.row.id, item);
    },
    nameResult: (result, id) => set(result.row, "call_id", id),
    restoreCall(result) {
      const command = copies.commands.get(result.id)?.command;
      const message = messageOf(result);
      if (command === undefined || message?.role !== "tool" || paths.get(result.row)?.length !== 1)
        return false;
      const before = entries[entries.findIndex(({ key }) => key === result.row.rowid) - 1];
      if (!before) return false;
      insertLine(rowOfLine(before, result.id), `call ${result.id}`, {
        type: "function_call",
        name: "exec_command",
        arguments: JSON.stringify({ cmd: command }),
        call_id: result.id,
      });
      return true;
    },
    rebuildHeader: () => rebuildHeader(conversation, editor),
    mendLine: (row) => mendLine(conversation, row, editor),
    renumber: () => renumber(conversation, editor),
    restoreText(copy) {
      const event = entries[copy.at];
      if (!event) return;
      const item = { type: "message", role: copy.role, content: [textPart(copy.role, copy.text)] };
      const own = copy.role === "assistant" ? { ...item, id: copy.id } : item;
      insertLine(rowOfLine(event, copy.id), `text ${copy.id}`, own);
    },
  };
}

/** The type of the item that answers a call of a type. */
function outputTypeOf(type: string): string {
  return kindOf(type) === "tool_search" ? "tool_search_output" : `${kindOf(type) || "function"}_call_output`;
}

/** Changes an image: a part of a message, or an element of an output. */
function changeImage(
  cursor: LineCursor,
  row: Row,
  at: number | undefined,
  change: (image: JsonObject) => JsonObject,
): void {
  const inPart = (part: Json | undefined) => (isObject(part) ? change(part) : part);
  cursor.change(row, (item) => (at === undefined ? inPart(item) : changedAt(item, ["output", at], inPart)));
}

function relabelled(url: Json | undefined, type: string): Json {
  return typeof url === "string" ? relabelUrl(url, type) : (url ?? "");
}
