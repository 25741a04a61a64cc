import { jsonrepair } from "jsonrepair";
import type { Json } from "../model/conversation.js";
import { isObject } from "../model/text.js";

/** The readable part of a JSON text that was cut off. */
export interface CutJson {
  readonly value: Json;
  /** The keys that lead to the value in which the text breaks off; absent where it breaks off between two values. */
  readonly cut?: readonly string[];
}

/** Reads a JSON text that was cut off, with its open strings and brackets closed; undefined where that fails. */
export function closedJson(text: string | null): CutJson | undefined {
  if (text === null || !/^\s*[{[]/.test(text)) return undefined;
  const { text: clean, isInString } = walk(text);
  try {
    const value = JSON.parse(jsonrepair(clean)) as Json;
    const path = pathOfLast(value);
    // A number or a name may go on behind the cut; behind a key there was a value.
    const isCut = isInString || /[\w.+:-]$/.test(clean.trimEnd()) || lastOf(value) === null;
    return { value, ...(isCut && path.length > 0 && { cut: path }) };
  } catch {
    return undefined;
  }
}

/**
 * The text of the JSON value that a damaged text begins with, its control characters escaped; undefined where the value
 * has no end. What follows the value is left out.
 */
export function wholeJson(text: string | null): string | undefined {
  if (text === null || !/^\s*[{[]/.test(text)) return undefined;
  const { text: clean, end } = walk(text);
  if (end === undefined) return undefined;
  const whole = clean.slice(0, end);
  return isJsonText(whole) ? whole : undefined;
}

/** The value that a damaged JSON text begins with, up to its end or to where it was cut off. */
export function readableJson(text: string | null): Json | undefined {
  const whole = wholeJson(text);
  return whole === undefined ? closedJson(text)?.value : (JSON.parse(whole) as Json);
}

/** A copy without the value in which the text breaks off. */
export function withoutCut({ value, cut }: CutJson): Json {
  return cut ? without(value, cut) : value;
}

function without(value: Json, [key = "", ...rest]: readonly string[]): Json {
  if (Array.isArray(value))
    return rest.length === 0 ? value.slice(0, -1) : value.with(-1, without(value.at(-1) ?? null, rest));
  if (!isObject(value)) return value;
  const { [key]: inner = null, ...others } = value;
  return rest.length === 0 ? others : { ...others, [key]: without(inner, rest) };
}

/** Escapes control characters in strings; `end`: where the first value ends, in the new text. */
function walk(text: string): { text: string; isInString: boolean; end?: number } {
  let clean = "";
  let [depth, isInString, isEscaped] = [0, false, false];
  let end: number | undefined;
  for (const unit of text) {
    const isControl = isInString && unit < " ";
    clean += isControl ? `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}` : unit;
    if (isEscaped) isEscaped = false;
    else if (isInString) {
      if (unit === "\\") isEscaped = true;
      else if (unit === '"') isInString = false;
    } else if (unit === '"') isInString = true;
    else if (unit === "{" || unit === "[") depth++;
    else if ((unit === "}" || unit === "]") && --depth === 0) end ??= clean.length;
  }
  return { text: clean, isInString, ...(end !== undefined && { end }) };
}

function pathOfLast(value: Json): string[] {
  const path: string[] = [];
  for (let at: Json | undefined = value; ; ) {
    const keys: string[] = Array.isArray(at) || isObject(at) ? Object.keys(at) : [];
    const last = keys.at(-1);
    if (last === undefined) return path;
    path.push(last);
    at = Array.isArray(at) ? at.at(-1) : isObject(at) ? at[last] : undefined;
  }
}

function lastOf(value: Json): Json | undefined {
  return pathOfLast(value).reduce<Json | undefined>(
    (at, key) => (Array.isArray(at) ? at[Number(key)] : isObject(at) ? at[key] : undefined),
    value,
  );
}

/** True for the text of a JSON object, list or null. */
export function isJsonText(text: string): boolean {
  try {
    return typeof JSON.parse(text) === "object";
  } catch {
    return false;
  }
}
