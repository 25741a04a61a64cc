import { parsedFrom } from "../../files/json-text.js";
import type {
  Block,
  CallBlock,
  Json,
  JsonObject,
  Message,
  ResultBlock,
  Row,
} from "../../model/conversation.js";
import type { PlacedResult } from "../../model/pairing.js";
import { isObject, plainId, wellFormed } from "../../model/text.js";
import type { ResultEdits } from "../../rules/edits.js";
import { changedAt } from "../json-at.js";
import { LineCursor } from "../line-cursor.js";
import type { LineEditor } from "../line-editor.js";
import { headerOf } from "./header.js";
import { answerOf } from "./known-result.js";
import { replacesList } from "./records.js";
import { rowsIn } from "./rescue.js";
import { type GeminiConversation, isTornHeader } from "./session.js";

const LOST = "[A damaged message stood here.]";
const isList = (value: Json | undefined): value is Json[] => Array.isArray(value);

/** Edits that only Gemini CLI's sessions can have. */
export interface GeminiEdits extends ResultEdits {
  /** Takes a line out of the file, whatever it holds. */
  dropLine(row: Row): void;
  /** Puts the rows that can be read of a broken line in its place. */
  mendLine(row: Row): void;
  /** Gives the file metadata that Gemini CLI reads. */
  rebuildHeader(): void;
}

/** Changes the rows of a session. The arguments and the name of a call may stand twice: in a part, and in the list of calls. */
export function geminiEdits(conversation: GeminiConversation, editor: LineEditor): GeminiEdits {
  const { messages, paths } = conversation;
  const cursor = new LineCursor(editor, paths);
  const messageOf = (block: Block) => messages.find(({ blocks }) => blocks.includes(block));
  /** The stored row of a message: results that a reply holds have no row of their own. */
  const storedRow = (message: Message) =>
    paths.has(message.row) && message.role !== "tool"
      ? message.row
      : messages.find(({ position, role }) => position === message.position && role === "assistant")?.row;

  const changeCall = (call: CallBlock, change: (found: JsonObject) => JsonObject) => {
    const owner = messageOf(call);
    const row = owner && storedRow(owner);
    const isIt = (one: Json | undefined): one is JsonObject => isObject(one) && (one.id ?? "") === call.id;
    const inPart = (part: Json) =>
      isObject(part) && isIt(part.functionCall) ? { ...part, functionCall: change(part.functionCall) } : part;
    if (!row) return;
    cursor.change(row, (stored) => {
      const said = changedAt(stored, ["content"], (list) => (isList(list) ? list.map(inPart) : list));
      return changedAt(said, ["toolCalls"], (list) =>
        isList(list) ? list.map((one) => (isIt(one) ? change(one) : one)) : list,
      );
    });
  };
  const changeResult = (row: Row, keys: JsonObject) =>
    cursor.change(row, (part) =>
      changedAt(part, ["functionResponse"], (found) => (isObject(found) ? { ...found, ...keys } : found)),
    );
  const setInput = (call: CallBlock, value: Json) => changeCall(call, (found) => ({ ...found, args: value }));
  const putText = (message: Message, block: Block | null, text: string) => {
    if (block) cursor.change(block.row, (old) => (typeof old === "string" ? text : { text }));
    else cursor.change(message.row, (old) => (isObject(old) ? { ...old, content: [{ text }] } : old));
  };
  const removeMessage = ({ row }: Message) => {
    cursor.remove(row);
    for (const key of earlierLinesOf(conversation, row)) editor.remove(lineRow(key));
  };
  const drop = (block: Block) => {
    const message = messageOf(block);
    if (typeof paths.get(block.row)?.at(-1) === "number") cursor.remove(block.row);
    else cursor.change(block.row, () => "");
    if (message?.role !== "user") return;
    const left = cursor.value(message.row);
    if (isObject(left) && isList(left.content) && left.content.length === 0) removeMessage(message);
  };
  /** Puts the result of a call into the list of calls; where the message has none, as a row behind it. */
  const putResult = (message: Message, call: CallBlock, part: JsonObject, isKnown: boolean) => {
    const row = storedRow(message);
    const stored = row && cursor.value(row);
    if (!row || !isObject(stored)) return;
    const calls = isList(stored.toolCalls) ? stored.toolCalls : [];
    const at = calls.findIndex((one) => isObject(one) && one.id === call.id);
    if (at < 0) {
      const id = `${row.id}-${call.id || "result"}`;
      cursor.insertBehind(row, id, {
        id,
        timestamp: stored.timestamp ?? null,
        type: "user",
        content: [part],
      });
      return;
    }
    cursor.change(row, (whole) =>
      changedAt(whole, ["toolCalls", at], (one) =>
        isObject(one)
          ? {
              ...one,
              result: [...(isList(one.result) ? one.result : []), part],
              ...(!isKnown && { status: "error" }),
            }
          : one,
      ),
    );
  };
  const resultsOf = (call: CallBlock) =>
    messages
      .flatMap(({ blocks }) => blocks)
      .filter((block): block is ResultBlock => block.kind === "result" && block.id === call.id);
  const nameFor = (call: CallBlock) =>
    plainId(
      call.name.trim() ||
        resultsOf(call).find(({ name }) => name)?.name ||
        /^(.+?)__/.exec(call.id)?.[1] ||
        "unknown",
    )
      .slice(0, 63)
      .replace(/^[^a-zA-Z_]/, "_$&");

  return {
    claimed: editor.claimed,
    renameCall(call, result, id) {
      changeCall(call, (found) => ({ ...found, id }));
      if (result) changeResult(result.row, { id });
    },
    renameTool(call) {
      const name = nameFor(call);
      changeCall(call, (found) => ({ ...found, name }));
      for (const block of messages.flatMap(({ blocks }) => blocks))
        if (block.kind === "result" && block.id === call.id && !block.name) changeResult(block.row, { name });
    },
    setInput,
    wrapInput: (call) =>
      setInput(
        call,
        typeof call.arguments === "string" ? { unparsed: call.arguments } : { value: call.arguments ?? null },
      ),
    unquoteInput: (call) => {
      if (typeof call.arguments === "string") setInput(call, parsedFrom(call.arguments));
    },
    drop,
    removeBlock: (message, block, placeholder) =>
      message.blocks.length > 1 ? drop(block) : putText(message, null, placeholder),
    removeMessage,
    putText,
    fillOutput: ({ row }, text) => changeResult(row, { response: { error: text } }),
    relabelMedia: (row, _, type) =>
      cursor.change(row, (part) =>
        ["inlineData", "fileData"].reduce<Json | undefined>(
          (whole, key) =>
            changedAt(whole, [key], (media) => (isObject(media) ? { ...media, mimeType: type } : media)),
          part,
        ),
      ),
    completeMessage: (message) => putText(message, null, LOST),
    // Every request begins with a context of Gemini CLI's own.
    beginWithPrompt() {},
    replaceSurrogates: (row) => cursor.change(row, (part) => part && wellFormed(part)),
    insertResult(message, call) {
      const { part, isKnown } = answerOf(conversation, message, call);
      putResult(message, call, part, isKnown);
    },
    moveResult({ block, call }: PlacedResult) {
      const part = cursor.value(block.row);
      const message = call && messageOf(call.block);
      if (!call || !message || !isObject(part)) return;
      drop(block);
      putResult(message, call.block, part, true);
    },
    nameResult: (result: ResultBlock, id) => changeResult(result.row, { id }),
    dropLine: (row) => editor.remove(row),
    mendLine: (row) => mendLine(conversation, row, editor),
    rebuildHeader: () => rebuildHeader(conversation, editor),
  };
}

/** Lines before a row that hold an older state of its message: without the row they would count again. */
function earlierLinesOf({ entries, paths }: GeminiConversation, row: Row): number[] {
  if (paths.get(row)?.length !== 0) return [];
  const until = entries.findIndex(({ key }) => key === row.rowid);
  const lists = entries.slice(0, until).findLastIndex(({ value }) => replacesList(value));
  return entries
    .slice(lists + 1, until)
    .filter(({ value }) => isObject(value) && value.id === row.id)
    .map(({ key }) => key);
}

function lineRow(key: number): Row {
  return {
    table: "line",
    holds: "message",
    id: `line ${key}`,
    rowid: key,
    created: null,
    updated: null,
    size: 0,
  };
}

function mendLine({ entries, chain }: GeminiConversation, row: Row, editor: LineEditor): void {
  const line = entries.find(({ key }) => key === row.rowid)?.broken;
  const [first, ...others] = line ? rowsIn(line, (id) => chain.seen.has(id)) : [];
  if (!first) {
    editor.remove(row);
    return;
  }
  // From the last to the first: each goes directly behind the line.
  for (const added of others.reverse()) editor.insertBehind(row, String(added.id ?? row.id), added);
  editor.replace(row, first);
}

function rebuildHeader(conversation: GeminiConversation, editor: LineEditor): void {
  const { entries, header, id } = conversation;
  if (header?.problem === "mark") {
    editor.dropMark();
    return;
  }
  const { completed, whole } = headerOf(conversation);
  for (const { key, line } of completed)
    editor.update(lineRow(key), (old) => ({ ...old, projectHash: line.projectHash ?? "" }));
  if (completed.length > 0) return;
  const torn = entries.find(({ broken }) => broken && isTornHeader(broken));
  if (torn) editor.replace(lineRow(torn.key), whole);
  else editor.insertBehind(null, id, whole);
}
