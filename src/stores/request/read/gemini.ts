import type { Block, JsonObject, Row } from "../../../model/conversation.js";
import { mediaOfBase64 } from "../../../model/media.js";
import { isObject, textBlock } from "../../../model/text.js";
import { isKnownContent } from "../../../providers/content.js";
import type { Item } from "../item.js";
import type { Piece } from "../pieces.js";
import { callBlock, first, otherBlock, resultBlock, text, thinkingBlock } from "./blocks.js";

/** The key that says what kind a part of Gemini is; undefined for one that has no data. */
export function geminiKind(raw: JsonObject): string | undefined {
  return (
    Object.keys(raw).find((key) => isKnownContent(key, "gemini")) ??
    Object.keys(raw).find((key) => !/^(thought|video|media|part)/.test(key))
  );
}

/** A part of Gemini's `contents`. `ids`: those that calls and results go by, where they carry none. */
export function geminiPart(raw: JsonObject, ids: ReadonlyMap<JsonObject, string>): Piece["block"] {
  return (row) => ({ ...blockOf(raw, ids.get(raw) ?? "", row), form: geminiKind(raw) ?? "" });
}

function blockOf(raw: JsonObject, id: string, row: Row): Block {
  if (isSignature(raw)) return otherBlock("text", row);
  if (typeof raw.text === "string")
    return raw.thought === true ? thinkingBlock(raw.text, row, "none") : textBlock(row, raw.text);
  const call = callOf(raw);
  const signature = first(raw.thoughtSignature, raw.thought_signature);
  if (call) return { ...callBlock(id, call.name, call.args ?? {}, row), signed: text(signature) !== "" };
  const answer = answerOf(raw);
  if (answer) return { ...resultBlock(id, "-", row, true), name: text(answer.name) };
  const data = first(raw.inlineData, raw.inline_data);
  if (isObject(data)) return mediaOfBase64(row, text(first(data.mimeType, data.mime_type)), data.data);
  // The service refuses a part without data with its error text for an empty text.
  return geminiKind(raw) === undefined ? textBlock(row, "") : otherBlock(geminiKind(raw), row);
}

/** A signature comes in an empty text where nothing else is left to carry it, and goes back like that. */
function isSignature({ text: said, thoughtSignature, thought_signature }: JsonObject): boolean {
  return said === "" && typeof first(thoughtSignature, thought_signature) === "string";
}

function callOf(raw: JsonObject): JsonObject | undefined {
  return [raw.functionCall, raw.function_call].find(isObject);
}

function answerOf(raw: JsonObject): JsonObject | undefined {
  return [raw.functionResponse, raw.function_response].find(isObject);
}

/**
 * The ids of calls and responses, by their parts. Where they carry none, the service pairs them by their order: a response
 * goes to the oldest open call of its name. Responses whose names fit no call go to the open calls in their order, where
 * there are as many of both.
 */
export function geminiIds(items: readonly Item[]): ReadonlyMap<JsonObject, string> {
  const ids = new Map<JsonObject, string>();
  let open: { id: string; name: string }[] = [];
  for (const [at, item] of items.entries()) {
    // A new turn of the model does not answer calls that were left open before it.
    if (isModel(item) && !isModel(items[at - 1])) open = [];
    const nameless: JsonObject[] = [];
    for (const { id: place, raw } of item.lists.parts ?? []) {
      if (!isObject(raw)) continue;
      const call = callOf(raw);
      const answer = answerOf(raw);
      if (call) {
        const id = text(call.id) || place;
        ids.set(raw, id);
        open.push({ id, name: text(call.name) });
      } else if (answer) {
        const own = text(answer.id);
        const answered = open.find(({ id, name }) => (own ? id === own : name === text(answer.name)));
        ids.set(raw, own || (answered?.id ?? place));
        open = open.filter((one) => one !== answered);
        if (!own && !answered) nameless.push(raw);
      }
    }
    if (nameless.length !== open.length) continue;
    for (const [index, raw] of nameless.entries()) ids.set(raw, open[index]?.id ?? "");
    if (nameless.length > 0) open = [];
  }
  return ids;
}

/** The names of the tools that responses answer, by the ids of their calls. */
export function geminiNames(
  items: readonly Item[],
  ids: ReadonlyMap<JsonObject, string>,
): ReadonlyMap<string, string> {
  const parts = items
    .flatMap(({ lists }) => lists.parts ?? [])
    .flatMap(({ raw }) => (isObject(raw) ? [raw] : []));
  return new Map(
    parts.flatMap((raw) => {
      const call = callOf(raw);
      return call ? [[ids.get(raw) ?? "", text(call.name)] as const] : [];
    }),
  );
}

/** True for a response that does not name its tool. */
export function isNamelessAnswer(raw: JsonObject): boolean {
  const answer = answerOf(raw);
  return answer !== undefined && text(answer.name) === "";
}

function isModel(item: Item | undefined): boolean {
  return item !== undefined && isObject(item.raw) && item.raw.role === "model";
}
