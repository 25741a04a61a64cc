import type { CallBlock, Json, JsonObject, Row } from "../../model/conversation.js";
import { parseJson, valueAt, withPath } from "../../model/json.js";
import { smallest } from "../../model/numbers.js";
import type { PlacedResult } from "../../model/pairing.js";
import { present } from "../../model/present.js";
import { isObject } from "../../model/text.js";
import { type Cell, closeItem, type Item, LISTS, type Place } from "./item.js";
import { type KeyPath, pathIn } from "./raw.js";
import type { Transcript } from "./transcript.js";
import { WIRES, type WireForm } from "./wires.js";

/** Changes single pieces of a request: they are copied where they change, and stay the same objects elsewhere. */
export class RequestWriter {
  readonly transcript: Transcript;
  readonly wire: WireForm;

  constructor(transcript: Transcript) {
    this.transcript = transcript;
    this.wire = WIRES[transcript.format];
  }

  at(row: Row): Place | undefined {
    return this.transcript.placeOf(row);
  }

  itemOf(row: Row): Item | undefined {
    return this.at(row)?.item;
  }

  rawOf({ item, cell }: Place): JsonObject {
    return (cell ? cell.raw : item.raw) as JsonObject;
  }

  /** Changes the object that a piece is: an element of a list, or the whole message. */
  update(row: Row, change: (raw: JsonObject) => JsonObject): void {
    const place = this.at(row);
    if (place?.cell) place.cell.raw = change(place.cell.raw as JsonObject);
    else if (place) this.updateItem(place.item, change);
  }

  /** Changes a whole message as it stands now; lists in it that change are opened anew. */
  updateItem(item: Item, change: (raw: JsonObject) => JsonObject): void {
    const before = closeItem(item);
    item.raw = change(before);
    for (const name of LISTS) {
      const list = item.raw[name];
      if (list === before[name]) continue;
      if (Array.isArray(list)) item.lists[name] = list.map((raw) => this.transcript.newCell(raw));
      else delete item.lists[name];
    }
  }

  /** Changes a piece that may also be the value of a key of the message. */
  updateValue(row: Row, change: (value: Json) => Json): void {
    const place = this.at(row);
    if (place?.key)
      place.item.raw = { ...place.item.raw, [place.key]: change(place.item.raw[place.key] ?? null) };
    else this.update(row, (raw) => change(raw) as JsonObject);
  }

  /** Sets the value at the first of these paths that exists, else at the first path. */
  put(row: Row, paths: readonly KeyPath[], value: Json): void {
    this.update(row, (raw) => withPath(raw, pathIn(raw, paths), value));
  }

  /** The arguments as JSON text. */
  inputText(call: CallBlock): string {
    const raw = this.rawOf(present(this.at(call.row)));
    const text = valueAt(raw, pathIn(raw, this.wire.input));
    return parseJson(text) === undefined ? JSON.stringify(text ?? null) : (text as string);
  }

  newPrompt(text: string): Item {
    return this.transcript.newItem(this.wire.message("user", text));
  }

  isResult(raw: Json): boolean {
    return isObject(raw) && this.wire.isResult(raw);
  }

  carriesResults(item: Item | undefined): boolean {
    const { resultsIn } = this.wire;
    return item !== undefined && resultsIn !== null && isObject(item.raw) && item.raw.role === resultsIn;
  }

  removeItem(item: Item): void {
    this.transcript.items = this.transcript.items.filter((other) => other !== item);
  }

  insertBehind(item: Item, ...added: Item[]): void {
    this.transcript.items.splice(this.transcript.items.indexOf(item) + 1, 0, ...added);
  }

  isEmpty({ raw, lists }: Item): boolean {
    const { content } = this.wire;
    const own = lists[content];
    return !(own ? own.length > 0 : raw[content]) && !lists.tool_calls?.length;
  }

  /** Content as a list, also where it was one string. */
  openContent(item: Item): Cell[] {
    const { content, text } = this.wire;
    const opened = item.lists[content];
    if (opened) return opened;
    const said = item.raw[content];
    const whole = typeof said === "string" && said !== "" ? text(said, item.raw.role) : said;
    const cells = isObject(whole) ? [this.transcript.newCell(whole)] : [];
    item.lists[content] = cells;
    item.raw = { ...item.raw, [content]: [] };
    return cells;
  }

  sayOnly(item: Item, text: string): void {
    const { content, says } = this.wire;
    const said = says(text, item.raw.role);
    item.raw = { ...item.raw, [content]: said };
    if (Array.isArray(said)) item.lists[content] = said.map((raw) => this.transcript.newCell(raw));
    else delete item.lists[content];
  }

  openCalls(item: Item): Cell[] {
    item.lists.tool_calls ??= [];
    return item.lists.tool_calls;
  }

  dropCalls(item: Item): void {
    const { tool_calls: _, ...rest } = item.raw;
    item.raw = rest;
    delete item.lists.tool_calls;
  }

  dropPlace({ item, list, cell, key }: Place): void {
    if (cell) {
      const left = (item.lists[list] ?? []).filter((other) => other !== cell);
      item.lists[list] = left;
      if (list === "tool_calls" && left.length === 0) this.dropCalls(item);
    } else if (key) {
      const { [key]: _, ...rest } = item.raw;
      item.raw = rest;
    } else {
      this.removeItem(item);
      return;
    }
    if (this.isEmpty(item)) this.removeItem(item);
  }

  /** Puts a result, new or moved, directly behind its call, after the results that stand there already. */
  answer(call: CallBlock, raw: JsonObject, moved?: Place): void {
    const item = present(this.itemOf(call.row));
    const { items } = this.transcript;
    const { resultsIn, content } = this.wire;
    if (resultsIn === null) {
      const last = this.lastResultBehind(item);
      items.splice(items.indexOf(last) + 1, 0, moved?.item ?? this.transcript.newItem(raw));
      return;
    }
    const next = items[items.indexOf(item) + 1];
    if (next && this.carriesResults(next)) {
      const cells = this.openContent(next);
      const first = cells.findIndex((cell) => !this.isResult(cell.raw));
      cells.splice(first < 0 ? cells.length : first, 0, moved?.cell ?? this.transcript.newCell(raw));
    } else this.insertBehind(item, this.transcript.newItem({ role: resultsIn, [content]: [raw] }));
  }

  /** The last of the calls and results that follow a message; the message itself if none follows. */
  lastResultBehind(item: Item): Item {
    const { items } = this.transcript;
    const isCallItem = (raw: Json) => isObject(raw) && this.wire.isCallItem(raw);
    let last = item;
    let at = items.indexOf(item) + 1;
    for (let next = items[at]; next && isCallItem(next.raw); next = items[++at]) last = next;
    for (let next = items[at]; next && this.isResult(next.raw); next = items[++at]) last = next;
    return last;
  }

  onlyResultsBehind(item: Item): boolean {
    const behind = this.transcript.items.slice(this.transcript.items.indexOf(item) + 1);
    const { content } = this.wire;
    return (
      behind.length > 0 &&
      behind.every(
        (other) => this.carriesResults(other) && other.lists[content]?.every(({ raw }) => this.isResult(raw)),
      )
    );
  }

  /** Puts a message before those that hold the calls. */
  moveBefore(item: Item, results: readonly PlacedResult[]): void {
    const { items } = this.transcript;
    const callers = results.map(({ call }) => items.indexOf(present(this.itemOf(present(call).block.row))));
    const from = items.indexOf(item);
    items.splice(from, 1);
    items.splice(smallest(callers, from), 0, item);
  }

  moveResult({ block, call }: PlacedResult): void {
    const place = this.at(block.row);
    if (!place) return;
    const raw = this.rawOf(place);
    this.dropPlace(place);
    this.answer(present(call).block, raw, place);
  }
}
