import type { Block, CallBlock, Json, JsonObject, Message, Row } from "../../model/conversation.js";
import { valueAt, withPath } from "../../model/json.js";
import { append, smallest } from "../../model/numbers.js";
import type { PlacedResult } from "../../model/pairing.js";
import { isObject, plainId, wellFormed, wordOf } from "../../model/text.js";
import type { ResultEdits, StepEdits } from "../../rules/edits.js";
import type { KnownCall, Recall } from "../store.js";
import { type BodyEdits, bodyEdits } from "./body-edits.js";
import { atElement, withoutBlank, withType } from "./raw.js";
import { reshape } from "./reshape.js";
import type { Transcript } from "./transcript.js";
import { RequestWriter } from "./writer.js";

/** The text of a piece, under the key that it has there. */
function trimmed({ text, content }: JsonObject): JsonObject {
  return typeof text === "string" ? { text: text.trimEnd() } : { content: wordOf(content).trimEnd() };
}

/** Edits that only requests can have. */
export interface RequestEdits extends ResultEdits, StepEdits, BodyEdits {
  /** Takes white space off the end of a text. */
  trimEnd(row: Row): void;
  /** Joins a message to the one before it, of the same role. */
  mergeIntoPrevious(message: Message): void;
}

const INTERRUPTED = "[Tool execution was interrupted]";

/** Changes the messages of a request. */
export function requestEdits(transcript: Transcript, claimed: Set<string>, recall: Recall): RequestEdits {
  const writer = new RequestWriter(transcript);
  return {
    claimed,
    ...callEdits(writer),
    ...contentEdits(writer),
    ...mediaEdits(writer),
    ...resultEdits(writer),
    ...bodyEdits(writer),
    restoreCall: (result) => {
      const known = recall(result.id);
      return known !== undefined && restoreCall(writer, result, known);
    },
  };
}

function callEdits(writer: RequestWriter) {
  const { wire } = writer;
  const putInput = (call: CallBlock, value: Json) => writer.put(call.row, wire.input, value);
  return {
    renameCall: (call, result, id) => {
      writer.put(call.row, wire.callId, id);
      if (result) writer.put(result.row, wire.resultId, id);
    },
    renameTool: (call) =>
      writer.put(call.row, wire.name, plainId(call.name.trim()).slice(0, 64) || "invalid"),
    setInput: (call, value) => putInput(call, wire.inputAsText ? JSON.stringify(value) : value),
    wrapInput: (call) =>
      putInput(
        call,
        wire.inputAsText ? `{"value":${writer.inputText(call)}}` : { value: call.arguments ?? null },
      ),
    unquoteInput: (call) => {
      const text = call.arguments as string;
      putInput(call, wire.inputAsText ? text : writer.transcript.parsed(text));
    },
  } satisfies Partial<RequestEdits>;
}

function contentEdits(writer: RequestWriter) {
  const says = ({ kind }: Block) => kind === "text" || kind === "media" || kind === "result";
  return {
    drop: (block) => {
      const place = writer.at(block.row);
      if (place) writer.dropPlace(place);
    },
    removeBlock: (message, block, placeholder) => {
      const place = writer.at(block.row);
      if (!place) return;
      const isLast = !message.blocks.some((other) => other !== block && says(other));
      if (message.role === "user" && isLast) writer.sayOnly(place.item, placeholder);
      else writer.dropPlace(place);
    },
    removeMessage: (message) => {
      const item = writer.itemOf(message.row);
      if (item) writer.removeItem(item);
    },
    putText: (message, block, text) => {
      const place = writer.at(block?.row ?? message.row);
      if (place?.cell) place.cell.raw = writer.wire.text(text, place.item.raw.role);
      else if (place) writer.sayOnly(place.item, text);
    },
    completeMessage: (message) => {
      const item = writer.itemOf(message.row);
      if (item) reshape(writer, item);
    },
    beginWithPrompt: (before, text) => {
      const item = writer.itemOf(before.row);
      const { items } = writer.transcript;
      if (item) items.splice(items.indexOf(item), 0, writer.newPrompt(text));
    },
    replaceSurrogates: (row) => writer.updateValue(row, wellFormed),
    trimEnd: (row) =>
      writer.updateValue(row, (said) =>
        isObject(said) ? { ...said, ...trimmed(said) } : wordOf(said).trimEnd(),
      ),
    mergeIntoPrevious: (message) => mergeIntoPrevious(writer, message),
  } satisfies Partial<RequestEdits>;
}

function mediaEdits(writer: RequestWriter) {
  const { wire } = writer;
  return {
    fillOutput: ({ row }, text) =>
      writer.update(row, (raw) =>
        withPath(raw, wire.output, withoutBlank(valueAt(raw, wire.output), wire.says(text, "user"))),
      ),
    relabelMedia: (row, at, type) =>
      writer.update(row, (raw) => atElement(raw, at, wire.output, (media) => withType(media, type))),
    dropAttachments: (row, gone, notes) =>
      writer.update(row, (raw) =>
        gone.reduce(
          (left, at, index) => atElement(left, at, wire.output, () => wire.text(notes[index] ?? "", "user")),
          raw,
        ),
      ),
  } satisfies Partial<RequestEdits>;
}

function resultEdits(writer: RequestWriter) {
  const { wire } = writer;
  return {
    insertResult: (_, call) => {
      const place = writer.at(call.row);
      if (!place) return;
      const raw = writer.rawOf(place);
      const result = wire.result(call, INTERRUPTED, raw);
      if (result) writer.answer(call, result);
      else
        place.item.raw = wire.message("assistant", `[${call.name} was interrupted: ${JSON.stringify(raw)}]`);
    },
    moveResult: (result) => writer.moveResult(result),
    nameResult: (result, id) => writer.put(result.row, wire.resultId, id),
    splitStep: (message, next, results) => splitStep(writer, message, next, results),
  } satisfies Partial<RequestEdits>;
}

function splitStep(
  writer: RequestWriter,
  message: Message,
  next: Block,
  results: readonly PlacedResult[],
): void {
  const place = writer.at(next.row);
  if (!place) return;
  const { item, cell } = place;
  const { content } = writer.wire;
  const cells = item.lists[content];
  const cut = cell && cells ? cells.indexOf(cell) : 0;
  const calls = message.blocks.filter((block) => block.kind === "call" && !block.exempt);
  const places = calls.map(({ row }) => {
    const own = writer.at(row)?.cell;
    return own && cells ? cells.indexOf(own) : -1;
  });
  // A text that only tool results follow cannot become a step of its own: the request waits for an answer.
  if (next.kind === "text" && writer.onlyResultsBehind(item)) {
    if (places.length === 0) {
      writer.moveBefore(item, results);
      return;
    }
    if (cells && cell && places.every((call) => call < cut)) {
      cells.splice(cut, 1);
      cells.splice(smallest(places), 0, cell);
      return;
    }
  }
  if (cells && cut > 0) {
    const rest = writer.transcript.newItem({ ...item.raw, [content]: [] });
    rest.lists[content] = cells.slice(cut);
    item.lists[content] = cells.slice(0, cut);
    writer.insertBehind(item, rest);
  }
  for (const result of results) writer.moveResult(result);
}

function mergeIntoPrevious(writer: RequestWriter, message: Message): void {
  const { items } = writer.transcript;
  const item = writer.itemOf(message.row);
  const previous = item && items[items.indexOf(item) - 1];
  if (!item || !isObject(previous?.raw)) return;
  const { content } = writer.wire;
  // Other content, such as reasoning, has no place in the message before.
  if (Object.keys(item.raw).some((key) => !["role", content, "tool_calls"].includes(key))) return;
  const [before, after] = [previous.raw[content], item.raw[content]];
  if (typeof before === "string" && typeof after === "string")
    previous.raw = { ...previous.raw, [content]: `${before}\n\n${after}` };
  else if (after !== null && after !== undefined)
    append(writer.openContent(previous), writer.openContent(item));
  if (item.lists.tool_calls) append(writer.openCalls(previous), item.lists.tool_calls);
  writer.removeItem(item);
}

/** Gives a result its lost call back, in the assistant message before it, or in a new one. */
function restoreCall(
  writer: RequestWriter,
  result: Extract<Block, { kind: "result" }>,
  known: KnownCall,
): boolean {
  const { wire, transcript } = writer;
  const place = writer.at(result.row);
  if (!place) return false;
  const { items } = transcript;
  const raw = wire.call(result.id, known.name, known.input);
  if (wire.callsIn === null) {
    items.splice(items.indexOf(place.item), 0, transcript.newItem(raw));
    return true;
  }
  let index = items.indexOf(place.item) - 1;
  let caller = items[index];
  while (wire.resultsIn === null && caller && writer.isResult(caller.raw)) caller = items[--index];
  if (caller?.raw.role !== "assistant" && caller?.raw.role !== "model") {
    caller = transcript.newItem(wire.message("assistant", wire.callsIn === "tool_calls" ? null : []));
    items.splice(index + 1, 0, caller);
  }
  const list = wire.callsIn === "tool_calls" ? writer.openCalls(caller) : writer.openContent(caller);
  list.push(transcript.newCell(raw));
  return true;
}
