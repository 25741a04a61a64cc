import { jsonrepair } from "jsonrepair";
import type { Json } from "../model/conversation.js";

/** The value of a JSON text that was cut off, with its open strings and brackets closed; undefined where none is found. */
export function closedJson(text: string | null): Json | undefined {
  if (text === null || !/^\s*[{[]/.test(text)) return undefined;
  try {
    return JSON.parse(jsonrepair(text)) as Json;
  } catch {
    return undefined;
  }
}

/** True for the text of a JSON object, list or null. */
export function isJsonText(text: string): boolean {
  try {
    return typeof JSON.parse(text) === "object";
  } catch {
    return false;
  }
}
