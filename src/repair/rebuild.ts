import { jsonrepair } from "jsonrepair";
import type { Editor } from "../files/editor.js";
import type { Conversation, Json, Message, OtherBlock, Row } from "../model/conversation.js";
import { largest } from "../model/numbers.js";
import { blankness, isObject } from "../model/text.js";
import { refusalsOfBlock } from "../stores/instatic/blocks.js";
import { hasUsage } from "../stores/instatic/edits.js";
import { INTERRUPTED } from "../stores/instatic/replay.js";
import { refusalsOfMessage, refusalsOfPart } from "../stores/opencode/decode/strict.js";

const LOST_PART = "[This part could not be read.]";
const LOST_MESSAGE = "[This message could not be read.]";

/** A row that is no JSON: a cut document is closed and kept, a text becomes a placeholder, anything else goes to the journal. */
export function rebuildRow(
  conversation: Conversation,
  message: Message | undefined,
  row: Row,
  editor: Editor,
): void {
  const text = editor.content(row);
  // JSON that is stored as a BLOB, or under another type, only has to become text again.
  if (text !== null && isJsonText(text) && editor.storedAs(row) !== "text") editor.replace(row, text);
  else rebuild(conversation, message, row, editor);
}

function isJsonText(text: string): boolean {
  try {
    return typeof JSON.parse(text) === "object";
  } catch {
    return false;
  }
}

function rebuild(conversation: Conversation, message: Message | undefined, row: Row, editor: Editor): void {
  if (conversation.store === "instatic") rebuildInstatic(message!, row, editor);
  else if (row.table === "message") rebuildMessage(message!, row, editor);
  else rebuildPart(message, row, editor);
}

function closed(row: Row, editor: Editor): Json | undefined {
  const text = editor.content(row);
  if (text === null || !/^\s*[{[]/.test(text)) return undefined;
  try {
    return JSON.parse(jsonrepair(text)) as Json;
  } catch {
    return undefined;
  }
}

function rebuildPart(message: Message | undefined, row: Row, editor: Editor): void {
  const data = withoutTraces(closed(row, editor));
  // A cut tool is not closed this way: what is left of its output would pass for the whole.
  if (isObject(data) && data.type !== "tool" && refusalsOfPart(data).length === 0)
    editor.replace(row, JSON.stringify(data));
  else if (/"type"\s*:\s*"text"/.test(editor.content(row) ?? "") || onlyUserPart(message, row))
    editor.replace(row, JSON.stringify({ type: "text", text: LOST_PART, synthetic: true }));
  else editor.remove(row);
}

/** Metadata stands last: a signature that was cut looks like a whole one. */
function withoutTraces(data: Json | undefined): Json | undefined {
  if (!isObject(data)) return data;
  const { metadata: _, ...rest } = data;
  return rest;
}

function onlyUserPart(message: Message | undefined, row: Row): boolean {
  return message?.role === "user" && message.blocks.every((block) => block.row === row);
}

/** The message's data from its parts; its neighbours' values follow as for any message that lacks them. */
function rebuildMessage(message: Message, row: Row, editor: Editor): void {
  const data = closed(row, editor);
  if (isObject(data) && refusalsOfMessage(data).length === 0) editor.replace(row, JSON.stringify(data));
  else if (message.blocks.length === 0) editor.removeMessage(message);
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

function rebuildInstatic(message: Message, row: Row, editor: Editor): void {
  if (message.role === "tool") {
    editor.replace(row, JSON.stringify([toolResult(row, editor)]));
    return;
  }
  const data = closed(row, editor);
  const blocks = Array.isArray(data) ? withoutCutCall(data, editor.content(row)!) : [];
  const kept = blocks.filter(isWhole);
  const emptyReply =
    message.role === "assistant" &&
    kept.length === 0 &&
    !hasUsage(row, editor) &&
    editor.cell(row, "tool_call_id") === null;
  if (emptyReply) editor.remove(row);
  else if (kept.length > 0 && isJsonText(editor.content(row)!))
    for (const [at, block] of [...blocks.entries()].reverse()) {
      if (!isWhole(block)) editor.unset(row, `$[${at}]`);
    }
  else editor.replace(row, JSON.stringify(kept.length > 0 ? kept : [{ kind: "text", text: LOST_MESSAGE }]));
}

/** What is left of the input of a call that was cut would pass for the whole. */
function withoutCutCall(blocks: Json[], text: string): Json[] {
  const last = blocks.at(-1);
  const isCut = !isJsonText(text) && !isJsonText(`${text.trimEnd().replace(/,$/, "")}]`);
  return isCut && isObject(last) && last.kind === "toolCall" ? blocks.slice(0, -1) : blocks;
}

function isWhole(block: Json): boolean {
  if (!isObject(block) || refusalsOfBlock(block).length > 0) return false;
  return block.kind !== "text" || blankness(block.text as string) === false;
}

/** Rows of early builds held the outcome as text: empty for success, else the error. */
function toolResult(row: Row, editor: Editor): Json {
  const data = closed(row, editor);
  const text = Array.isArray(data)
    ? data.find((block) => isObject(block) && block.kind === "text")
    : undefined;
  if (!isObject(text) || typeof text.text !== "string")
    return { kind: "toolResult", ok: false, error: INTERRUPTED };
  return text.text === ""
    ? { kind: "toolResult", ok: true }
    : { kind: "toolResult", ok: false, error: text.text };
}
