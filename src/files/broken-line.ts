import type { Json, JsonObject } from "../model/conversation.js";
import { parseJson } from "../model/json.js";
import { isObject } from "../model/text.js";
import { closedJson } from "./cut-json.js";

/** Places of a broken line at which a row may begin; more are not tried. */
const MOST_STARTS = 512;

/** The texts of the rows that stand whole in a broken line, and the start of the first row whose end is gone. */
export function rescueRows(text: string, isRow: (value: Json) => boolean): { rows: string[]; half: string } {
  const rows: string[] = [];
  let half: string | null = null;
  let from = 0;
  for (let at = text.indexOf("{"), tries = 0; at >= 0 && tries < MOST_STARTS; tries++) {
    const end = endOfObject(text, at);
    const value = end === null ? undefined : parseJson(text.slice(at, end));
    if (end !== null && value !== undefined && isRow(value)) {
      if (half === null && at > from) half = text.slice(from, at);
      rows.push(text.slice(at, end));
      from = end;
      at = text.indexOf("{", end);
    } else at = text.indexOf("{", at + 1);
  }
  return { rows, half: half ?? (rows.length === 0 ? text : "") };
}

/** The keys and values that half a row still holds. */
export interface HalfRow {
  /** Its value with every open string and bracket closed. */
  readonly value: JsonObject;
  /** True if the last text in it was cut. */
  readonly isCut: boolean;
}

/** Closes half a row; null where nothing of it can be read. */
export function closeHalf(half: string): HalfRow | null {
  const isCut = endsInString(half);
  const bare = isCut ? half.replace(/(?<!\\)((?:\\\\)*)\\(u[0-9a-f]{0,3})?$/i, "$1") : half;
  const value = closedJson(bare)?.value;
  return isObject(value) ? { value, isCut } : null;
}

function endsInString(text: string): boolean {
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) {
    at = endOfString(text, at);
    if (at < 0) return true;
  }
  return false;
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
