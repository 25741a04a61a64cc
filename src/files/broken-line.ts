import type { Json } from "../model/conversation.js";
import { parseJson } from "../model/json.js";

/** Places of a broken line at which a row may begin; more are not tried. */
const MOST_STARTS = 512;

/** The rows that stand whole in a broken line, and the start of the first row whose end is gone. */
export function rescueRows(text: string, isRow: (value: Json) => boolean): { rows: Json[]; half: string } {
  const rows: Json[] = [];
  let half: string | null = null;
  let from = 0;
  for (let at = text.indexOf("{"), tries = 0; at >= 0 && tries < MOST_STARTS; tries++) {
    const end = endOfObject(text, at);
    const value = end === null ? undefined : parseJson(text.slice(at, end));
    if (end !== null && value !== undefined && isRow(value)) {
      if (half === null && at > from) half = text.slice(from, at);
      rows.push(value);
      from = end;
      at = text.indexOf("{", end);
    } else at = text.indexOf("{", at + 1);
  }
  return { rows, half: half ?? (rows.length === 0 ? text : "") };
}

/** The place behind the object that begins here; null where it has no end. */
function endOfObject(text: string, start: number): number | null {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const character = text[at];
    if (character === '"') {
      at = endOfString(text, at);
      if (at < 0) return null;
    } else if (character === "{" || character === "[") depth++;
    else if (character === "}" || character === "]") {
      depth--;
      if (depth === 0) return at + 1;
    }
  }
  return null;
}

/** The place of the quote that ends the string; -1 where none does. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === '"') return at;
  }
  return -1;
}

/** The string that stands whole behind a key in half a row, unescaped; undefined where it is cut, or not there. */
export function stringIn(half: string, key: string): string | undefined {
  const found = new RegExp(`"${key}":("(?:[^"\\\\]|\\\\.)*")`).exec(half)?.[1];
  const value = parseJson(found);
  return typeof value === "string" ? value : undefined;
}
