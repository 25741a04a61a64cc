import { type CutJson, closedJson, wholeJson, withoutCut } from "../../../files/cut-json.js";
import type { Editor } from "../../../files/editor.js";
import { storeAsText } from "../../../files/rebuild.js";
import type {
  Conversation,
  Json,
  JsonObject,
  Message,
  OtherBlock,
  Row,
} from "../../../model/conversation.js";
import { largest } from "../../../model/numbers.js";
import { isObject } from "../../../model/text.js";
import { refusalsOfMessage, refusalsOfPart } from "../decode/strict.js";
import { cutTool } from "./cut-tool.js";
import { removeMessage } from "./rows.js";

const LOST_PART = "[This part could not be read.]";

/** Keeps what can be read of a document, puts a placeholder for a text, else removes the row. */
export function rebuildRow(
  conversation: Conversation,
  message: Message | undefined,
  row: Row,
  editor: Editor,
): void {
  if (storeAsText(row, editor)) return;
  if (row.holds === "piece") rebuildPart(message, row, editor);
  else if (message) rebuildMessage(conversation, message, row, editor);
}

function rebuildPart(message: Message | undefined, row: Row, editor: Editor): void {
  const text = editor.content(row);
  const whole = wholeJson(text);
  const kept = whole ?? cutPart(closedJson(text));
  if (kept !== undefined) editor.replace(row, kept);
  else if (/"type"\s*:\s*"text"/.test(text ?? "") || isOnlyUserPart(message, row))
    editor.replace(row, JSON.stringify({ type: "text", text: LOST_PART, synthetic: true }));
  else editor.remove(row);
}

/** The part that was cut off as JSON, as far as its text can be kept; the rule for missing keys fills in the rest. */
function cutPart(found: CutJson | undefined): string | undefined {
  if (!found || !isObject(found.value)) return undefined;
  const { type } = found.value;
  const data =
    type === "tool"
      ? cutTool(found)
      : withoutTraces(found.cut?.[0] === "text" ? found.value : withoutCut(found));
  if (!isObject(data)) return undefined;
  const isSaid = (type === "text" || type === "reasoning") && typeof data.text === "string";
  return isSaid || type === "tool" || refusalsOfPart(data).length === 0 ? JSON.stringify(data) : undefined;
}

/** Drops the metadata of a cut part: it comes last, and a cut signature looks like a whole one. */
function withoutTraces(data: Json): Json {
  if (!isObject(data)) return data;
  const { metadata: _, ...rest } = data;
  return rest;
}

function isOnlyUserPart(message: Message | undefined, row: Row): boolean {
  return message?.role === "user" && message.blocks.every((block) => block.row === row);
}

/** Keeps what can be read, and tells the rest by the parts. The rule for missing keys fills in its neighbours' values. */
function rebuildMessage(conversation: Conversation, message: Message, row: Row, editor: Editor): void {
  const text = editor.content(row);
  const whole = wholeJson(text);
  const cut = closedJson(text);
  const data: Json = whole !== undefined ? (JSON.parse(whole) as Json) : cut ? withoutCut(cut) : null;
  const read = isObject(data) ? data : {};
  const isKept = refusalsOfMessage(read).length === 0;
  const isEmpty = message.blocks.length === 0;
  if (isKept && (whole !== undefined || isEmpty)) editor.replace(row, whole ?? JSON.stringify(read));
  else if (isEmpty) removeMessage(message, editor);
  else {
    const isReply = read.role === "assistant" || message.role === "assistant";
    const known = isReply ? replyOf(conversation, message, row, read) : promptOf(row, read);
    editor.replace(row, JSON.stringify({ ...read, ...known }));
  }
}

function promptOf(row: Row, { time }: JsonObject): JsonObject {
  return { role: "user", time: isObject(time) ? time : { created: row.created ?? 0 } };
}

function replyOf({ messages }: Conversation, message: Message, row: Row, read: JsonObject): JsonObject {
  const finish = message.blocks.findLast((block): block is OtherBlock => block.kind === "step-finish");
  const times = message.blocks.flatMap((block) => block.row.updated ?? []);
  const created = row.created ?? 0;
  const time = { created, completed: largest(times, created), ...(isObject(read.time) && read.time) };
  const isSummary = read.mode === "compaction" || answersMarker(messages, message);
  return {
    role: "assistant",
    time,
    ...(read.finish === undefined && finish?.reason && { finish: finish.reason }),
    ...(isSummary && { summary: true, mode: "compaction", agent: "compaction" }),
  };
}

/** True for the first reply behind the marker of a compaction: its summary. */
function answersMarker(messages: readonly Message[], { position }: Message): boolean {
  const before = messages[position - 1];
  return before?.role === "user" && before.blocks.some(({ kind }) => kind === "compaction");
}
