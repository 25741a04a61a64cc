import type { Block, JsonObject, Role, Row } from "../../model/conversation.js";
import type { ItemFacts } from "../../model/request-settings.js";
import { isObject, textBlock } from "../../model/text.js";
import type { Item, ListName, Place } from "./item.js";

/** A piece of a message: where it stands, and what it is. */
export interface Piece {
  readonly place: Place;
  readonly block: (row: Row) => Block;
}

export interface ReadItem {
  readonly role: Role;
  readonly pieces: Piece[];
  readonly item?: ItemFacts;
}

export type ReadBlock = (raw: JsonObject, item: Item) => Piece["block"];

export function roleOf({ role }: JsonObject): Role {
  if (role === "assistant" || role === "model") return "assistant";
  if (role === "tool") return "tool";
  // Gemini's `function` holds results among its parts, Chat's is one result.
  if (role === "function") return "tool";
  return role === "system" || role === "developer" ? "system" : "user";
}

/** Content as one string, or block by block. `emptyCounts`: an empty string is a text, not nothing. */
export function content(item: Item, read: ReadBlock, emptyCounts = false): Piece[] {
  const { content: said } = item.raw;
  if (typeof said === "string")
    return said === "" && !emptyCounts
      ? []
      : [{ place: { item, key: "content" }, block: (row: Row) => textBlock(row, said) }];
  if (isObject(said)) return [{ place: { item, key: "content" }, block: read(said, item) }];
  return cellsOf(item, "content", read);
}

export function cellsOf(item: Item, list: ListName, read: ReadBlock): Piece[] {
  const cells = item.lists[list] ?? [];
  return cells.flatMap((cell) => {
    const { raw } = cell;
    if (!isObject(raw)) return [];
    const block = read(raw, item);
    const form = list === "content" && typeof raw.type === "string" ? { form: raw.type } : {};
    return [{ place: { item, list, cell }, block: (row: Row) => ({ ...form, ...block(row) }) }];
  });
}
