import { closedJson } from "../../files/cut-json.js";
import type { Line } from "../../files/lines.js";
import type { JsonObject } from "../../model/conversation.js";
import { asString, isObject } from "../../model/text.js";
import type { Copies } from "./copies.js";
import { textPart } from "./item-json.js";
import type { CodexConversation } from "./session.js";

const CUT = "[The rest of this message was lost.]";

/** The readable parts of a broken line: its whole rows as they stand there, and what is left of an item that was cut. */
export function rowsIn({ copies }: CodexConversation, { rescued, half }: Line): (JsonObject | string)[] {
  const left = half === undefined ? null : rowIn(copies, half);
  return [...(left ? [left] : []), ...(rescued ?? [])];
}

/** The row of an item that half a row holds. Everything else is left out. */
function rowIn(copies: Copies, half: string): JsonObject | null {
  const closed = closedJson(half)?.value;
  if (!isObject(closed) || closed.type !== "response_item" || !isObject(closed.payload)) return null;
  const isWhole = Object.keys(closed).at(-1) !== "payload";
  const item = isWhole ? closed.payload : itemIn(copies, closed.payload);
  if (!item) return null;
  const { metadata: _, ...row } = closed;
  return { ...row, payload: item };
}

/** An item whose end is gone: a message, or an output of which no event tells the whole. */
function itemIn(copies: Copies, payload: JsonObject): JsonObject | null {
  if (payload.type === "message") return messageIn(copies, payload);
  const { type, call_id: id } = payload;
  if (type !== "function_call_output" || typeof id !== "string") return null;
  const output = asString(payload.output);
  if (!output || copies.commands.get(id)?.output !== undefined) return null;
  const isCut = Object.keys(payload).at(-1) === "output";
  return { ...payload, output: isCut ? `${output} ${CUT}` : output };
}

/** A message with the text that an event tells, else with as much of it as the line holds. */
function messageIn({ texts }: Copies, payload: JsonObject): JsonObject | null {
  const { role, id, content } = payload;
  if (role !== "user" && role !== "assistant") return null;
  const parts = Array.isArray(content) ? content.filter(isObject) : [];
  const left = parts.map(({ text }) => asString(text) ?? "").join("");
  const copy = texts.find(
    (one) => one.role === role && (one.id === id || (left !== "" && one.text.startsWith(left))),
  );
  if (copy) return { ...payload, content: [textPart(role, copy.text)] };
  return left === "" ? null : { ...payload, content: [textPart(role, left), textPart(role, CUT)] };
}
