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

export function tokensOf(value: Json | undefined): Json {
  const tokens = isObject(value) ? value : {};
  const cache = isObject(tokens.cache) ? tokens.cache : {};
  const total = asNumber(tokens.total);
  return {
    ...(total !== undefined && { total }),
    input: asNumber(tokens.input) ?? 0,
    output: asNumber(tokens.output) ?? 0,
    reasoning: asNumber(tokens.reasoning) ?? 0,
    cache: { read: asNumber(cache.read) ?? 0, write: asNumber(cache.write) ?? 0 },
  };
}
