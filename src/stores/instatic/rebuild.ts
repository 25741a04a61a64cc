import { isJsonText, readableJson, wholeJson } from "../../files/cut-json.js";
import type { Editor } from "../../files/editor.js";
import { storeAsText } from "../../files/rebuild.js";
import type { Json, Message, Row } from "../../model/conversation.js";
import { blankness, isObject, wordOf } from "../../model/text.js";
import { refusalsOfBlock } from "./blocks.js";
import { INTERRUPTED } from "./replay.js";

const LOST_MESSAGE = "[This message could not be read.]";

/** Keeps the blocks of a row that decode; where none does, writes a placeholder or removes an empty reply. */
export function rebuildRow(message: Message | undefined, row: Row, editor: Editor): void {
  if (!message || storeAsText(row, editor)) return;
  const text = editor.content(row);
  if (message.role === "tool") {
    editor.replace(row, JSON.stringify([toolResult(text)]));
    return;
  }
  const data = readableJson(text);
  const blocks = Array.isArray(data) ? withoutCutCall(data, wholeJson(text) ?? text ?? "") : [];
  const kept = blocks.filter(isWhole);
  const isEmptyReply =
    message.role === "assistant" &&
    kept.length === 0 &&
    !hasUsage(row, editor) &&
    editor.cell(row, "tool_call_id") === null;
  if (isEmptyReply) editor.remove(row);
  else if (kept.length > 0 && isJsonText(text ?? ""))
    for (const [at, block] of [...blocks.entries()].reverse()) {
      if (!isWhole(block)) editor.unset(row, `$[${at}]`);
    }
  else editor.replace(row, JSON.stringify(kept.length > 0 ? kept : [{ kind: "text", text: LOST_MESSAGE }]));
}

/** The rest of a cut call's input would pass for the whole input: drops the call. */
function withoutCutCall(blocks: Json[], text: string): Json[] {
  const last = blocks.at(-1);
  const isCut = !isJsonText(text) && !isJsonText(`${text.trimEnd().replace(/,$/, "")}]`);
  return isCut && isObject(last) && last.kind === "toolCall" ? blocks.slice(0, -1) : blocks;
}

function isWhole(block: Json): boolean {
  if (!isObject(block) || refusalsOfBlock(block).length > 0) return false;
  return block.kind !== "text" || blankness(wordOf(block.text)) === false;
}

/** Rows of early builds held the outcome as text: empty for success, else the error. */
function toolResult(content: string | null): Json {
  const data = readableJson(content);
  const text = Array.isArray(data)
    ? data.find((block) => isObject(block) && block.kind === "text")
    : undefined;
  if (!isObject(text) || typeof text.text !== "string")
    return { kind: "toolResult", ok: false, error: INTERRUPTED };
  return text.text === ""
    ? { kind: "toolResult", ok: true }
    : { kind: "toolResult", ok: false, error: text.text };
}

/** True if the row holds the usage of a turn. The audit page sums it, so such a row stays. */
export function hasUsage(row: Row, editor: Editor): boolean {
  return (
    Number(editor.cell(row, "prompt_tokens") ?? 0) > 0 ||
    Number(editor.cell(row, "completion_tokens") ?? 0) > 0
  );
}
