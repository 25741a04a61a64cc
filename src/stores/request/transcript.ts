import { type OwnTexts, ParsedTexts } from "../../files/json-text.js";
import { rowOf as rowOfTable, type Table } from "../../files/tables.js";
import type { Block, Conversation, Json, JsonObject, Message, Row } from "../../model/conversation.js";
import { hasLoneSurrogate, isObject } from "../../model/text.js";
import type { RequestFormat } from "./format.js";
import { type Cell, closeItem, type Item, openItem, type Place } from "./item.js";
import type { ReadItem } from "./pieces.js";
import { isReference } from "./read/responses.js";
import { readerOf } from "./readers.js";
import { marksIn, type RequestContext } from "./settings.js";
import { misshapenKeys } from "./shape.js";

export interface RequestConversation extends Conversation {
  readonly format: RequestFormat;
}

/** The messages of a request, each piece under an id that stays while others come and go. */
export class Transcript {
  readonly format: RequestFormat;
  items: Item[];
  readonly #context: RequestContext;
  readonly #places = new Map<string, Place>();
  readonly #given: readonly Json[];
  readonly #texts = new ParsedTexts();
  #added = 0;

  /** @param messages whatever stands in the list; what is no object is kept and not looked at */
  constructor(messages: readonly Json[], format: RequestFormat, context: RequestContext = {}) {
    this.format = format;
    this.#context = context;
    this.#given = messages;
    this.items = messages.map((raw, index) => openItem(raw, String(index)));
  }

  /** The conversation after the edits so far. */
  conversation(id: string, size: number): RequestConversation {
    this.#places.clear();
    const read = readerOf(this.items, this.format);
    const isHeldElsewhere = this.#isHeldElsewhere();
    const messages = this.items.map((item, index) => this.#message(item, index, read, isHeldElsewhere));
    const row: Row = { ...rowOfTable(BODY, id), size };
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

  /** The place of a row; undefined if an edit removed it. */
  placeOf(row: Row): Place | undefined {
    const place = this.#places.get(row.id);
    if (!place || !this.items.includes(place.item)) return undefined;
    return !place.cell || place.item.lists[place.list]?.includes(place.cell) ? place : undefined;
  }

  newItem(raw: JsonObject): Item {
    return openItem(raw, `new ${++this.#added}`);
  }

  newCell(raw: Json): Cell {
    return { id: `new ${++this.#added}`, raw };
  }

  /** Parses a JSON text, and keeps the text for the file that is written. */
  parsed(text: string): Json {
    return this.#texts.parse(text);
  }

  /** The texts of all values that were parsed here. */
  get texts(): OwnTexts {
    return this.#texts;
  }

  /** Remembers the messages, until the mark is kept or undone. */
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

  /**
   * The messages after the edits: the given array itself if nothing changed; unchanged messages are the given objects.
   */
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

  /** True if calls may be stored at the provider: the conversation continues there, or the request only names items. */
  #isHeldElsewhere(): boolean {
    return (
      this.#context.continues === true || this.items.some(({ raw }) => isObject(raw) && isReference(raw))
    );
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

/**
 * Half a character anywhere in a piece, also where nothing else is asked of it, makes the whole body no valid JSON. An
 * escape in arguments that travel as JSON text is none.
 */
function markSurrogates(block: Block, { item, cell, key }: Place): Block {
  const raw = cell ? cell.raw : key ? item.raw[key] : item.raw;
  return hasLoneSurrogate(raw) ? { ...block, loneSurrogate: true } : block;
}

function rowOf(id: string): Row {
  return rowOfTable(id.includes(".") ? PIECE : MESSAGE, id);
}

/** A request has no tables; these stand for its body, its messages and their pieces. */
const BODY: Table = { name: "request", holds: "conversation", needs: [] };
const MESSAGE: Table = { name: "request", holds: "message", needs: [] };
const PIECE: Table = { name: "request", holds: "piece", needs: [] };
