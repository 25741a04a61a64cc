import type { Line } from "../../files/lines.js";
import type { Json, JsonObject } from "../../model/conversation.js";
import { parseJson } from "../../model/json.js";
import { asNumber, asString, hasLoneSurrogate, isObject } from "../../model/text.js";
import { LONG_TEXT, shortened } from "../short-texts.js";

/**
 * Why Codex passes a row over that is whole JSON: half a character, a key that it requires and that is not there, bytes
 * that are no UTF-8, or an item whose content or output has another type.
 */
export type Refusal = "surrogate" | "timestamp" | "utf8" | "shape";

/** The part of a line that the tool keeps. */
export interface CodexEntry {
  readonly key: number;
  readonly place: Pick<Line, "number" | "at" | "size" | "problem">;
  /** The row, also where Codex passes it over. */
  readonly value?: JsonObject;
  readonly refusal?: Refusal;
  readonly isMarked?: boolean;
  /** The line, where no row stands in it. */
  readonly broken?: Line;
}

export function decodeLine(line: Line, key: number, full: boolean): CodexEntry {
  const { number, at, size, value, problem, mark } = line;
  const place = { number, at, size, ...(problem && { problem }) };
  if (!isObject(value)) return { key, place, ...(problem !== "blank" && { broken: line }) };
  const refusal = refusalOf(line, value);
  const kept = full || size < LONG_TEXT ? value : shortenedRow(value);
  return {
    key,
    place,
    ...(isObject(kept) && { value: kept }),
    ...(refusal && { refusal }),
    ...(mark && { isMarked: true }),
  };
}

/** How half a character may be written: without such an escape a row holds none. */
const SURROGATE = /\\u[dD][89a-fA-F]/;

function refusalOf({ badUtf8, text }: Line, value: JsonObject): Refusal | undefined {
  if (badUtf8) return "utf8";
  if (SURROGATE.test(text ?? "") && hasLoneSurrogate(value)) return "surrogate";
  if (typeof value.timestamp !== "string") return "timestamp";
  return value.type === "response_item" && isObject(value.payload) && isMisshapen(value.payload)
    ? "shape"
    : undefined;
}

/** True for an item that Codex cannot read, though it tells what was said. */
function isMisshapen({ type, content, output }: JsonObject): boolean {
  if (type === "message") return typeof content === "string";
  return (
    /^(function|custom_tool)_call_output$/.test(asString(type) ?? "") &&
    typeof output !== "string" &&
    !Array.isArray(output)
  );
}

/** Arguments are JSON in a text: shortened, they would be none. */
function shortenedRow(value: JsonObject): Json {
  const kept = shortened(value, ["arguments", "image_url", "encrypted_content"]);
  if (!isObject(kept) || !isObject(kept.payload)) return kept;
  const args = asString(kept.payload.arguments);
  if (args === undefined || args.length < 1000 || !isObject(parseJson(args))) return kept;
  return { ...kept, payload: { ...kept.payload, arguments: '{"_":0}' } };
}

export function payloadOf({ value }: CodexEntry): JsonObject | undefined {
  return isObject(value?.payload) ? value.payload : undefined;
}

export function typeOf({ value }: CodexEntry): string | undefined {
  return asString(value?.type);
}

/** The payload of an event of a type. */
export function eventOf(entry: CodexEntry, type: string): JsonObject | undefined {
  const payload = payloadOf(entry);
  return typeOf(entry) === "event_msg" && payload?.type === type ? payload : undefined;
}

export function ordinalOf({ value }: CodexEntry): number | undefined {
  return asNumber(value?.ordinal);
}

/** True for a row that Codex reads. */
export function isRead({ value, refusal }: CodexEntry): boolean {
  return value !== undefined && refusal === undefined;
}
