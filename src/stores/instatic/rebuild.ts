import { isJsonText, readableJson, wholeJson } from "../../files/cut-json.js";
import type { Editor } from "../../files/editor.js";
import { storeAsText } from "../../files/rebuild.js";
import type { Json, Message, Row } from "../../model/conversation.js";
import { parseJson } from "../../model/json.js";
import { asText, blankness, isObject, wordOf } from "../../model/text.js";
import { holdsResults, refusalsOfBlock } from "./blocks.js";
import { INTERRUPTED } from "./replay.js";

const LOST_MESSAGE = "[This message could not be read.]";

/** Keeps the blocks of a row that decode; where none does, writes a placeholder or removes an empty reply. */
export function rebuildRow(message: Message | undefined, row: Row, editor: Editor): void {
  if (!message || storeAsText(row, editor)) return;
  const text = editor.content(row);
  const data = parseJson(text) ?? readableJson(text);
  if (message.role !== "tool" && holdsResults(data)) {
    editor.column(row, "role", "tool");
    return;
  }
  if (message.role === "tool") {
    editor.replace(row, JSON.stringify([toolResult(data)]));
    return;
  }
  const blocks = Array.isArray(data) ? withoutCutCall(data, wholeJson(text) ?? text ?? "") : asBlocks(data);
  const filled = blocks.map((block) => withColumns(block, row, editor));
  const kept = filled.filter(isWhole);
  const isEmptyReply =
    message.role === "assistant" &&
    kept.length === 0 &&
    !hasUsage(row, editor) &&
    editor.cell(row, "tool_call_id") === null;
  if (isEmptyReply) editor.remove(row);
  else if (kept.length > 0 && Array.isArray(data) && isJsonText(text ?? ""))
    writeBlocks(row, blocks, filled, editor);
  else editor.replace(row, JSON.stringify(kept.length > 0 ? kept : [{ kind: "text", text: LOST_MESSAGE }]));
}

/** Changes the keys that were filled in, and takes out what does not decode: every other byte stays. */
function writeBlocks(row: Row, blocks: readonly Json[], filled: readonly Json[], editor: Editor): void {
  for (const [at, block] of [...filled.entries()].reverse()) {
    if (!isWhole(block)) editor.unset(row, `$[${at}]`);
    else if (isObject(block) && block !== blocks[at])
      for (const [key, value] of Object.entries(block)) {
        const before = blocks[at];
        if (isObject(before) && before[key] !== value) editor.set(row, `$[${at}].${key}`, value);
      }
  }
}

/** A block, or the words of one, that stand without a list around them. */
function asBlocks(data: Json | undefined): Json[] {
  if (typeof data === "string") return [{ kind: "text", text: data }];
  return isObject(data) ? [data] : [];
}

/** A call with what its row's columns tell of it. A call without input is one without arguments, as the host sends it. */
function withColumns(block: Json, row: Row, editor: Editor): Json {
  if (!isObject(block) || block.kind !== "toolCall") return block;
  const told = (key: string, column: string) => {
    const cell = editor.cell(row, column);
    return typeof block[key] === "string" || typeof cell !== "string" ? {} : { [key]: cell };
  };
  const filled = {
    ...told("toolCallId", "tool_call_id"),
    ...told("toolName", "tool_name"),
    ...((block.input ?? null) === null && { input: {} }),
  };
  return Object.keys(filled).length > 0 ? { ...block, ...filled } : block;
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

/**
 * The outcome that a tool row tells: in a result with a wrong key, or, in rows of early builds, as text, which is empty for
 * success, else the error.
 */
function toolResult(data: Json | undefined): Json {
  const blocks = Array.isArray(data) ? data.filter(isObject) : isObject(data) ? [data] : [];
  const result = blocks.find(({ kind }) => kind === "toolResult");
  const said = result ? result.error : blocks.find(({ kind }) => kind === "text")?.text;
  const words = wordsOf(said);
  const isSuccess = result ? result.ok === true && words === "" : said === "";
  if (isSuccess) return { kind: "toolResult", ok: true };
  return { kind: "toolResult", ok: false, error: words || INTERRUPTED };
}

/** The words of an error, which another writer may have stored as an object. */
function wordsOf(error: Json | undefined): string {
  return asText(isObject(error) && typeof error.message === "string" ? error.message : error);
}

/** True if the row holds the usage of a turn. The audit page sums it, so such a row stays. */
export function hasUsage(row: Row, editor: Editor): boolean {
  return (
    Number(editor.cell(row, "prompt_tokens") ?? 0) > 0 ||
    Number(editor.cell(row, "completion_tokens") ?? 0) > 0
  );
}
