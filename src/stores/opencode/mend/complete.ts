import type { Editor } from "../../../files/editor.js";
import type { Json, JsonObject, Row } from "../../../model/conversation.js";
import { parseJson } from "../../../model/json.js";
import { asNumber, isObject } from "../../../model/text.js";

/** The values that replace refused keys; undefined: the key is removed. */
export type Values = Record<string, Json | undefined>;

/** The content of a row after the earlier edits; empty if it is no record. */
export function contentOf(row: Row, editor: Editor, column?: string): JsonObject {
  const parsed = parseJson(column ? editor.cell(row, column) : editor.content(row));
  return isObject(parsed) ? parsed : {};
}

/** A time that a number or a text tells, as whole ms. */
export function wholeTime(value: Json | undefined): number | undefined {
  const time = typeof value === "string" ? (/^\d+$/.test(value) ? Number(value) : Date.parse(value)) : value;
  return typeof time === "number" && Number.isFinite(time) && time >= 0 ? Math.round(time) : undefined;
}

/** A number, also where another writer stored it as a text. */
export function numberIn(value: Json | undefined): number | undefined {
  return typeof value === "string" && /^\d+(\.\d+)?$/.test(value) ? asNumber(Number(value)) : asNumber(value);
}

export function tokensOf(value: Json | undefined): Json {
  const tokens = isObject(value) ? value : {};
  const cache = isObject(tokens.cache) ? tokens.cache : {};
  const total = numberIn(tokens.total);
  return {
    ...(total !== undefined && { total }),
    input: numberIn(tokens.input) ?? 0,
    output: numberIn(tokens.output) ?? 0,
    reasoning: numberIn(tokens.reasoning) ?? 0,
    cache: { read: numberIn(cache.read) ?? 0, write: numberIn(cache.write) ?? 0 },
  };
}
