import type { Json, JsonObject, Role, Row } from "../../model/conversation.js";
import { relabelUrl } from "../../model/media.js";
import { isObject } from "../../model/text.js";
import { changedAt } from "../json-at.js";
import type { LineCursor } from "../line-cursor.js";
import { kindOf } from "./replay.js";

export function textPart(role: Role, text: string): JsonObject {
  return { type: role === "assistant" ? "output_text" : "input_text", text };
}

/** The type of the item that answers a call of a type. */
export function outputTypeOf(type: string): string {
  return kindOf(type) === "tool_search" ? "tool_search_output" : `${kindOf(type) || "function"}_call_output`;
}

/** Changes an image: a part of a message, or an element of an output. */
export function changeImage(
  cursor: LineCursor,
  row: Row,
  at: number | undefined,
  change: (image: JsonObject) => JsonObject,
): void {
  const inPart = (part: Json | undefined) => (isObject(part) ? change(part) : part);
  cursor.change(row, (item) => (at === undefined ? inPart(item) : changedAt(item, ["output", at], inPart)));
}

export function relabelled(url: Json | undefined, type: string): Json {
  return typeof url === "string" ? relabelUrl(url, type) : (url ?? "");
}
