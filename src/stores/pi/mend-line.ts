import type { JsonObject, Row } from "../../model/conversation.js";
import { parseJson } from "../../model/json.js";
import { isObject } from "../../model/text.js";
import type { ChainEditor } from "../chain.js";
import type { LineEditor } from "../line-editor.js";
import type { PiConversation } from "./conversation.js";
import type { PiEntry } from "./entry.js";
import { rebuiltEntry } from "./rebuild.js";

/** Puts the rows of a broken line in its place, and before them what its half still tells. */
export function mendLine(
  row: Row,
  conversation: PiConversation,
  editor: LineEditor,
  chain: ChainEditor<PiEntry>,
): void {
  const entry = conversation.entries.find(({ key }) => key === row.rowid);
  const { half = "", rescued = [], problem } = entry?.line ?? {};
  const rebuilt = problem === "nul" ? null : rebuiltEntry(half, conversation);
  const rows = [...(rebuilt ? [JSON.stringify(rebuilt)] : []), ...rescued];
  const [first, ...others] = rows;
  if (first === undefined) editor.remove(row);
  else editor.replace(row, first);
  for (const text of others.reverse()) editor.insertBehind(row, idIn(text), text);
  if (rebuilt && entry && rescued.length === 0) takeUp(rebuilt, entry, conversation, chain);
}

/** pi passed over the half line and hung its next entry on the one before: that entry goes behind the rebuilt one. */
function takeUp(
  { id, parentId }: JsonObject,
  entry: PiEntry,
  { entries, links }: PiConversation,
  chain: ChainEditor<PiEntry>,
): void {
  const behind = new Set(entries.slice(entries.indexOf(entry) + 1));
  const next = links.find((link) => behind.has(link));
  const isNamed = links.some(({ parent }) => parent === id);
  if (next && !isNamed && next.parent === parentId) chain.hang(next, String(id));
}

function idIn(text: string): string {
  const value = parseJson(text);
  return isObject(value) && typeof value.id === "string" ? value.id : "row";
}
