import type { Json, JsonObject } from "../../model/conversation.js";
import { isObject } from "../../model/text.js";

/**
 * An element of a list inside a message. Its id is its place in the request as read, or a new id; an element that moves
 * keeps its id.
 */
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
export type Place =
  | { readonly item: Item; readonly list: ListName; readonly cell: Cell; readonly key?: undefined }
  | { readonly item: Item; readonly list?: undefined; readonly cell?: undefined; readonly key?: string };

export function openItem(raw: Json, id: string): Item {
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
