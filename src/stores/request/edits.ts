import { parsedFrom } from "../../files/json-text.js";
import type { Block, CallBlock, Json, JsonObject, Message, Row } from "../../model/conversation.js";
import { parseJson, valueAt, withPath } from "../../model/json.js";
import type { PlacedResult } from "../../model/pairing.js";
import { isObject, plainId, wellFormed } from "../../model/text.js";
import type { ResultEdits, StepEdits } from "../../rules/edits.js";
import type { Recall } from "../store.js";
import { closeItem, type Item, type Place } from "./item.js";
import { atElement, withKey, withoutBlank, withType } from "./raw.js";
import { misshapenKeys } from "./shape.js";
import type { Transcript } from "./transcript.js";
import { WIRES } from "./wires.js";

/** Edits that only requests can have. */
export interface RequestEdits extends ResultEdits, StepEdits {
  /** Takes white space off the end of a text. */
  trimEnd(row: Row): void;
  /** Joins a message to the one before it, of the same role. */
  mergeIntoPrevious(message: Message): void;
}

const INTERRUPTED = "[Tool execution was interrupted]";

/** Changes the messages of a request: they are copied where they change, and stay the same objects elsewhere. */
export function requestEdits(transcript: Transcript, claimed: Set<string>, recall: Recall): RequestEdits {
  const wire = WIRES[transcript.format];
  const carriesResults = (item: Item | undefined) =>
    item !== undefined && wire.resultsIn !== null && isObject(item.raw) && item.raw.role === wire.resultsIn;
  const isResult = (raw: Json) => isObject(raw) && wire.isResult(raw);
  const isCallItem = (raw: Json) => isObject(raw) && wire.isCallItem(raw);
  const at = (row: Row) => transcript.placeOf(row);

  /** Changes the object that a piece is: an element of a list, or the whole message. */
  const update = (row: Row, change: (raw: JsonObject) => JsonObject) => {
    const place = at(row);
    if (place?.cell) place.cell.raw = change(place.cell.raw as JsonObject);
    else if (place) place.item.raw = change(place.item.raw);
  };
  /** The same where the piece may be the value of a key. */
  const updateValue = (row: Row, change: (value: Json) => Json) => {
    const place = at(row);
    if (place?.key) place.item.raw = { ...place.item.raw, [place.key]: change(place.item.raw[place.key]!) };
    else update(row, (raw) => change(raw) as JsonObject);
  };
  const putInput = (call: CallBlock, value: Json) =>
    update(call.row, (raw) => withPath(raw, wire.input, value));
  /** The arguments as they travel where that is JSON text. */
  const inputText = (call: CallBlock) => {
    const text = valueAt(rawOf(at(call.row)!), wire.input);
    return parseJson(text) === undefined ? JSON.stringify(text ?? null) : (text as string);
  };
  const removeItem = (item: Item) => {
    transcript.items = transcript.items.filter((other) => other !== item);
  };
  const isEmpty = ({ raw, lists }: Item) =>
    !(lists.content ? lists.content.length > 0 : raw.content) && !lists.tool_calls?.length;
  const insertBehind = (item: Item, ...added: Item[]) => {
    transcript.items.splice(transcript.items.indexOf(item) + 1, 0, ...added);
  };
  /** Content as a list, also where it was one string. */
  const openContent = (item: Item) => {
    if (item.lists.content) return item.lists.content;
    const said = item.raw.content;
    const whole = typeof said === "string" && said !== "" ? wire.text(said, item.raw.role) : said;
    item.lists.content = isObject(whole) ? [transcript.newCell(whole)] : [];
    item.raw = { ...item.raw, content: [] };
    return item.lists.content;
  };
  const sayOnly = (item: Item, text: string) => {
    item.raw = { ...item.raw, content: text };
    delete item.lists.content;
  };
  const openCalls = (item: Item) => {
    item.lists.tool_calls ??= [];
    return item.lists.tool_calls;
  };
  const dropCalls = (item: Item) => {
    const { tool_calls: _, ...rest } = item.raw;
    item.raw = rest;
    delete item.lists.tool_calls;
  };
  const dropPlace = ({ item, list, cell, key }: Place) => {
    if (cell) {
      const left = item.lists[list!]!.filter((other) => other !== cell);
      item.lists[list!] = left;
      if (list === "tool_calls" && left.length === 0) dropCalls(item);
    } else if (key) {
      const { [key]: _, ...rest } = item.raw;
      item.raw = rest;
    } else {
      removeItem(item);
      return;
    }
    if (isEmpty(item)) removeItem(item);
  };
  /** Puts a result, new or moved, directly behind its call, after the results that stand there already. */
  const answer = (call: CallBlock, raw: JsonObject, moved?: Place) => {
    const item = at(call.row)!.item;
    const index = transcript.items.indexOf(item);
    if (wire.resultsIn === null) {
      let last = index;
      while (transcript.items[last + 1] && isCallItem(transcript.items[last + 1]!.raw)) last++;
      while (transcript.items[last + 1] && isResult(transcript.items[last + 1]!.raw)) last++;
      transcript.items.splice(last + 1, 0, moved?.item ?? transcript.newItem(raw));
      return;
    }
    const next = transcript.items[index + 1];
    if (next && carriesResults(next)) {
      const cells = openContent(next);
      const first = cells.findIndex((cell) => !isResult(cell.raw));
      cells.splice(first < 0 ? cells.length : first, 0, moved?.cell ?? transcript.newCell(raw));
    } else insertBehind(item, transcript.newItem({ role: wire.resultsIn, content: [raw] }));
  };
  const onlyResultsBehind = (item: Item) => {
    const behind = transcript.items.slice(transcript.items.indexOf(item) + 1);
    return (
      behind.length > 0 &&
      behind.every((other) => carriesResults(other) && other.lists.content?.every(({ raw }) => isResult(raw)))
    );
  };
  /** Puts a message before those that hold the calls. */
  const moveBefore = (item: Item, results: readonly PlacedResult[]) => {
    const callers = results.map(({ call }) => transcript.items.indexOf(at(call!.block.row)!.item));
    const from = transcript.items.indexOf(item);
    transcript.items.splice(from, 1);
    transcript.items.splice(Math.min(from, ...callers), 0, item);
  };
  const moveResult = ({ block, call }: PlacedResult) => {
    const place = at(block.row);
    if (!place) return;
    const raw = rawOf(place);
    dropPlace(place);
    answer(call!.block, raw, place);
  };
  const rawOf = ({ item, cell }: Place) => (cell ? cell.raw : item.raw) as JsonObject;
  const says = (block: Block) => block.kind === "text" || block.kind === "media" || block.kind === "result";

  return {
    claimed,
    renameCall(call, result, id) {
      update(call.row, (raw) => withKey(raw, wire.callId, id));
      if (result) update(result.row, (raw) => withKey(raw, wire.resultId, id));
    },
    renameTool(call) {
      const name = plainId(call.name.trim()).slice(0, 64) || "invalid";
      update(call.row, (raw) => withPath(raw, wire.name, name));
    },
    setInput: (call, value) => putInput(call, wire.inputAsText ? JSON.stringify(value) : value),
    wrapInput: (call) =>
      putInput(call, wire.inputAsText ? `{"value":${inputText(call)}}` : { value: call.arguments ?? null }),
    unquoteInput(call) {
      const text = call.arguments as string;
      putInput(call, wire.inputAsText ? text : parsedFrom(text));
    },
    drop(block) {
      const place = at(block.row);
      if (place) dropPlace(place);
    },
    removeBlock(message, block, placeholder) {
      const place = at(block.row);
      if (!place) return;
      const isLast = !message.blocks.some((other) => other !== block && says(other));
      if (message.role === "user" && isLast) sayOnly(place.item, placeholder);
      else dropPlace(place);
    },
    removeMessage(message) {
      const place = at(message.row);
      if (place) removeItem(place.item);
    },
    putText(message, block, text) {
      const place = at(block?.row ?? message.row);
      if (place?.cell) place.cell.raw = wire.text(text, place.item.raw.role);
      else if (place) sayOnly(place.item, text);
    },
    fillOutput: ({ row }, text) =>
      update(row, (raw) => withPath(raw, wire.output, withoutBlank(valueAt(raw, wire.output), text))),
    relabelMedia: (row, at, type) =>
      update(row, (raw) => atElement(raw, at, wire.output, (media) => withType(media, type))),
    dropAttachments: (row, gone, notes) =>
      update(row, (raw) =>
        gone.reduce(
          (left, at, index) => atElement(left, at, wire.output, () => wire.text(notes[index]!, "user")),
          raw,
        ),
      ),
    completeMessage(message) {
      const item = at(message.row)?.item;
      // As it stands now: what another target of this message has mended is whole.
      for (const { key } of item ? misshapenKeys(closeItem(item), transcript.format) : []) {
        if (key === "tool_calls") dropCalls(item!);
        else if (key === "content" && isBlock(item!.raw.content)) openContent(item!);
        else item!.raw = { ...item!.raw, [key]: asText(item!.raw[key]) };
      }
    },
    beginWithPrompt(before, text) {
      const index = transcript.items.indexOf(at(before.row)!.item);
      transcript.items.splice(index, 0, transcript.newItem(wire.message("user", text)));
    },
    replaceSurrogates: (row) => updateValue(row, wellFormed),
    trimEnd: (row) =>
      updateValue(row, (said) =>
        isObject(said) ? { ...said, text: String(said.text).trimEnd() } : String(said).trimEnd(),
      ),
    insertResult: (_, call) => answer(call, wire.result(call, INTERRUPTED, rawOf(at(call.row)!))),
    moveResult,
    nameResult: (result, id) => update(result.row, (raw) => withKey(raw, wire.resultId, id)),
    restoreCall(result) {
      const known = recall(result.id);
      const place = at(result.row);
      if (!known || !place) return false;
      const raw = wire.call(result.id, known.name, known.input);
      if (wire.callsIn === null) {
        transcript.items.splice(transcript.items.indexOf(place.item), 0, transcript.newItem(raw));
        return true;
      }
      let index = transcript.items.indexOf(place.item) - 1;
      while (wire.resultsIn === null && index >= 0 && isResult(transcript.items[index]!.raw)) index--;
      let caller = transcript.items[index];
      if (caller?.raw.role !== "assistant") {
        caller = transcript.newItem(wire.message("assistant", wire.callsIn === "content" ? [] : null));
        transcript.items.splice(index + 1, 0, caller);
      }
      const list = wire.callsIn === "content" ? openContent(caller) : openCalls(caller);
      list.push(transcript.newCell(raw));
      return true;
    },
    splitStep(message, next, results) {
      const place = at(next.row);
      if (!place) return;
      const { item, cell } = place;
      const cells = item.lists.content;
      const cut = cell && cells ? cells.indexOf(cell) : 0;
      const calls = message.blocks.filter((block) => block.kind === "call" && !block.exempt);
      const places = calls.map(({ row }) => cells?.indexOf(at(row)!.cell!) ?? -1);
      // What is the last word of a request that waits for an answer cannot be a step of its own.
      if (next.kind === "text" && onlyResultsBehind(item)) {
        if (places.length === 0) return moveBefore(item, results);
        if (cells && places.every((call) => call < cut)) {
          const from = Math.min(...places);
          cells.splice(cut, 1);
          cells.splice(from, 0, cell!);
          return;
        }
      }
      if (cells && cut > 0) {
        const rest = transcript.newItem({ ...item.raw, content: [] });
        rest.lists.content = cells.slice(cut);
        item.lists.content = cells.slice(0, cut);
        insertBehind(item, rest);
      }
      for (const result of results) moveResult(result);
    },
    mergeIntoPrevious(message) {
      const item = at(message.row)?.item;
      const previous = item && transcript.items[transcript.items.indexOf(item) - 1];
      if (!item || !isObject(previous?.raw)) return;
      // What else stands there, such as its reasoning, has no place in the message before.
      if (Object.keys(item.raw).some((key) => !["role", "content", "tool_calls"].includes(key))) return;
      const [before, after] = [previous.raw.content, item.raw.content];
      if (typeof before === "string" && typeof after === "string")
        previous.raw = { ...previous.raw, content: `${before}\n\n${after}` };
      else if (after !== null && after !== undefined) openContent(previous).push(...openContent(item));
      if (item.lists.tool_calls) openCalls(previous).push(...item.lists.tool_calls);
      removeItem(item);
    },
  };
}

/** A piece of content that stands where a list of them belongs. */
function isBlock(value: Json | undefined): boolean {
  return isObject(value) && typeof value.type === "string";
}

/** What stands where a text belongs, in words; nothing where nothing stands. */
function asText(value: Json | undefined): string {
  return value === null || value === undefined ? "" : JSON.stringify(value);
}
