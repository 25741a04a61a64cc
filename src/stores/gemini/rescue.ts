import { closedJson } from "../../files/cut-json.js";
import type { Line } from "../../files/lines.js";
import type { Json, JsonObject } from "../../model/conversation.js";
import { isObject, wordOf } from "../../model/text.js";
import { recordOf } from "./records.js";

const CUT = "[The rest of this message was lost.]";

/** The readable parts of a broken line: its whole rows as they stand there, and what is left of a message that was cut. */
export function rowsIn({ rescued, half }: Line, isKnown: (id: string) => boolean): (JsonObject | string)[] {
  const left = half === undefined ? null : messageIn(half, isKnown);
  return [...(left ? [left] : []), ...(rescued ?? [])];
}

/** The message that half a row holds, where its text or one of its calls can be read. */
function messageIn(half: string, isKnown: (id: string) => boolean): JsonObject | null {
  const closed = closedJson(half)?.value;
  if (!isObject(closed) || recordOf(closed).kind !== "message") return null;
  const { id, type } = closed;
  const last = Object.keys(closed).at(-1);
  if (last === undefined || last === "id" || (type !== "user" && type !== "gemini")) return null;
  const { [last]: cut, ...whole } = closed;
  const calls = last === "toolCalls" ? wholeCalls(cut) : [];
  if (calls.length > 0) return { ...whole, toolCalls: calls };
  // An earlier line of the message holds what is left of this one.
  if (isKnown(wordOf(id))) return null;
  const content = last === "content" ? cutContent(cut) : whole.content;
  const isBlank = content === undefined || content === null || content === "";
  return isBlank ? null : { ...whole, content };
}

/** Content that ends where the row was cut, with a note; undefined where nothing can be read of it. */
function cutContent(content: Json | undefined): Json | undefined {
  if (typeof content === "string") return content.trim() === "" ? undefined : `${content} ${CUT}`;
  if (!Array.isArray(content)) return undefined;
  const whole = content.filter((part) => isObject(part) && typeof part.text === "string" && part.text !== "");
  return whole.length > 0 ? [...whole, { text: CUT }] : undefined;
}

/** Calls behind whose arguments another key begins: these are whole. Their results are looked for elsewhere. */
function wholeCalls(calls: Json | undefined): JsonObject[] {
  if (!Array.isArray(calls)) return [];
  return calls.flatMap((call) => {
    if (!isObject(call) || !isObject(call.args)) return [];
    const keys = Object.keys(call);
    const isWhole = keys.indexOf("args") < keys.length - 1;
    return isWhole ? [{ id: call.id ?? "", name: call.name ?? "", args: call.args }] : [];
  });
}
