import { closedJson } from "../../files/cut-json.js";
import type { Line } from "../../files/lines.js";
import type { Json, JsonObject } from "../../model/conversation.js";
import { asString, isObject } from "../../model/text.js";
import type { CodexConversation } from "./session.js";

const CUT = "[The rest of this message was lost.]";

/** What can be read of a broken line: its whole rows, and what is left of an item that was cut. */
export function rowsIn(conversation: CodexConversation, { rescued, half }: Line): JsonObject[] {
  const left = half === undefined ? null : itemIn(conversation, half);
  return [...(left ? [left] : []), ...(rescued ?? []).filter(isObject)];
}

/**
 * An item that half a row holds, where the file has no whole copy of it: the text of a message, the command of a call,
 * the output of a call. Everything else is left out.
 */
function itemIn({ copies }: CodexConversation, half: string): JsonObject | null {
  const closed = closedJson(half);
  if (!isObject(closed) || closed.type !== "response_item" || !isObject(closed.payload)) return null;
  const { payload } = closed;
  const isWhole = Object.keys(closed).at(-1) !== "payload";
  const base = { ...closed, metadata: undefined };
  const keep = (item: JsonObject) => {
    const { metadata: _, ...row } = { ...base, payload: item };
    return row;
  };
  const id = asString(payload.call_id);
  if (payload.type === "function_call_output" && id !== undefined) {
    const output = asString(payload.output);
    const isCut = !isWhole && Object.keys(payload).at(-1) === "output";
    if (copies.commands.get(id)?.output !== undefined || !output) return null;
    return keep({ ...payload, output: isCut ? `${output} ${CUT}` : output });
  }
  if (payload.type === "message")
    return messageIn(
      payload,
      copies.texts.map(({ id: known }) => known),
      keep,
    );
  return null;
}

function messageIn(
  payload: JsonObject,
  known: readonly string[],
  keep: (item: JsonObject) => JsonObject,
): JsonObject | null {
  // The text of a reply stands whole in the event that carries the same id.
  if (known.includes(asString(payload.id) ?? "") || !Array.isArray(payload.content)) return null;
  const texts = payload.content.filter(
    (part: Json) => isObject(part) && typeof part.text === "string" && part.text !== "",
  );
  const role = asString(payload.role);
  if (texts.length === 0 || (role !== "user" && role !== "assistant")) return null;
  const type = role === "user" ? "input_text" : "output_text";
  return keep({ ...payload, content: [...texts, { type, text: CUT }] });
}
