import type { Block, Conversation, Json, JsonObject, Message, Row } from "../../model/conversation.js";
import { hasLoneSurrogate, isObject } from "../../model/text.js";
import { messagesOf, type RequestFormat } from "./format.js";
import { type ReadItem, readerOf } from "./pieces.js";
import { marksIn, type RequestContext, requestContextOf } from "./settings.js";
import { misshapenKeys } from "./shape.js";

/** One element of a list inside a message. Its id is its place in the request as it was read, or a new one; it keeps it where it moves. */
export interface Cell {
  readonly id: string;
  raw: Json;
}

/** The lists of a message whose elements are pieces of content. */
export const LISTS = ["content", "tool_calls", "parts"] as const;
export type ListName = (typeof LISTS)[number];

/** One message (or Responses item), opened so that its pieces can be told apart, changed and put back. */
export interface Item {
  readonly id: string;
  raw: JsonObject;
  readonly lists: Partial<Record<ListName, Cell[]>>;
}

/** Where a piece stands: an element of a list, one key of a message, or the message itself. */
export interface Place {
  readonly item: Item;
  readonly list?: ListName;
  readonly cell?: Cell;
  readonly key?: string;
}

/** The messages of a request, each piece under an id that stays while others come and go. */
export class Transcript {
  readonly format: RequestFormat;
  items: Item[];
  readonly #context: RequestContext;
  readonly #places = new Map<string, Place>();
  readonly #given: readonly Json[];
  #added = 0;

  /** @param messages whatever stands in the list; what is no object is kept and not looked at */
  constructor(messages: readonly Json[], format: RequestFormat, context: RequestContext = {}) {
    this.format = format;
    this.#context = context;
    this.#given = messages;
    this.items = messages.map((raw, index) => openItem(raw, String(index)));
  }

  /** The model of it as it stands now. */
  conversation(id: string, size: number): Conversation {
    this.#places.clear();
    const read = readerOf(this.items, this.format);
    const isHeldElsewhere = this.#isHeldElsewhere();
    const messages = this.items.map((item, index) => this.#message(item, index, read, isHeldElsewhere));
    const row: Row = { table: "request", id, created: null, updated: null, size };
    return {
      id,
      store: "request",
      row,
      title: "",
      directory: null,
      version: null,
      created: null,
      updated: null,
      messages,
      size,
      format: this.format,
      model: this.#context.model,
      ...this.#settings(),
      ...(this.#context.isForBedrock && { isForBedrock: true }),
    };
  }

  /** Where a row of the model stands; undefined where an edit has taken it away. */
  placeOf(row: Row): Place | undefined {
    const place = this.#places.get(row.id);
    if (!place || !this.items.includes(place.item)) return undefined;
    return !place.cell || place.item.lists[place.list!]!.includes(place.cell) ? place : undefined;
  }

  newItem(raw: JsonObject): Item {
    return openItem(raw, `new ${++this.#added}`);
  }

  newCell(raw: Json): Cell {
    return { id: `new ${++this.#added}`, raw };
  }

  /** Remembers how the messages stand. */
  mark(): { keep(): void; undo(): void } {
    const cellsOf = (cells: readonly Cell[]) => cells.map((cell) => ({ ...cell }));
    const before = this.items.map(({ id, raw, lists }) => ({
      id,
      raw,
      lists: Object.fromEntries(Object.entries(lists).map(([name, cells]) => [name, cellsOf(cells)])),
    }));
    const undo = () => {
      this.items = before;
    };
    return { keep() {}, undo };
  }

  /** The messages now: the very array that was given where nothing differs, and the same objects where they do not. */
  messages(): readonly Json[] {
    const now = this.items.map(closeItem);
    const same = now.length === this.#given.length && now.every((raw, index) => raw === this.#given[index]);
    return same ? this.#given : now;
  }

  #settings(): Pick<Conversation, "settings"> {
    const { settings } = this.#context;
    if (!settings) return {};
    const cacheMarks = settings.cacheMarks + marksIn(this.items.map(closeItem));
    return { settings: { ...settings, cacheMarks } };
  }

  /** Whether calls may stand at the provider: in a conversation that goes on there, or as items that are named only. */
  #isHeldElsewhere(): boolean {
    return this.#context.continues === true || this.items.some(({ raw }) => raw?.type === "item_reference");
  }

  #message(item: Item, position: number, read: (item: Item) => ReadItem, isHeldElsewhere: boolean): Message {
    const row = rowOf(item.id);
    this.#places.set(item.id, { item });
    const misshapen = misshapenKeys(closeItem(item), this.format);
    const common = { row, position, created: null, ...(misshapen.length > 0 && { misshapen }) };
    if (!isObject(item.raw)) return { ...common, role: "user", blocks: [] };
    const { role, pieces, item: facts } = read(item);
    const blocks = pieces.map(({ place, block }): Block => {
      const id = place.cell?.id ?? `${item.id}.${place.key ?? "0"}`;
      this.#places.set(id, place);
      const said = markSurrogates(block(rowOf(id)), place);
      return said.kind === "result" && isHeldElsewhere ? { ...said, exempt: true } : said;
    });
    return { ...common, role, blocks, ...(facts && { item: facts }) };
  }
}

/** The model of one captured request. `id` tells it from others of the same file. */
export function decodeRequest(body: Json, format: RequestFormat, id: string, size: number): Conversation {
  return new Transcript(messagesOf(body)!, format, requestContextOf(body)).conversation(id, size);
}

/**
 * Half a character anywhere in a piece, also where nothing else is asked of it, makes the whole body no valid JSON. An
 * escape in arguments that travel as JSON text is none.
 */
function markSurrogates(block: Block, { item, cell, key }: Place): Block {
  const raw = cell ? cell.raw : key ? item.raw[key] : item.raw;
  return hasLoneSurrogate(raw) ? { ...block, loneSurrogate: true } : block;
}

function rowOf(id: string): Row {
  return { table: "request", id, created: null, updated: null, size: 0 };
}

function openItem(raw: Json, id: string): Item {
  const lists: Item["lists"] = {};
  if (isObject(raw))
    for (const name of LISTS) {
      const list = raw[name];
      if (Array.isArray(list))
        lists[name] = list.map((cell, index) => ({ id: `${id}.${name}.${index}`, raw: cell }));
    }
  return { id, raw: raw as JsonObject, lists };
}

/** Puts the lists back; answers with the same object where none differs. */
export function closeItem(item: Item): JsonObject {
  let raw = item.raw;
  for (const name of LISTS) {
    const cells = item.lists[name];
    if (!cells) continue;
    const before = raw[name];
    const now = cells.map((cell) => cell.raw);
    if (Array.isArray(before) && before.length === now.length && now.every((cell, at) => cell === before[at]))
      continue;
    raw = { ...raw, [name]: now };
  }
  return raw;
}
