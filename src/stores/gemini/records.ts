import type { Json, JsonObject } from "../../model/conversation.js";
import { asString, isObject } from "../../model/text.js";

/** The kinds of line, told apart in the order in which Gemini CLI asks. */
export type Recorded =
  | { readonly kind: "rewind"; readonly to: string }
  | { readonly kind: "message"; readonly message: JsonObject; readonly id: string }
  | { readonly kind: "set"; readonly set: JsonObject }
  | { readonly kind: "metadata"; readonly metadata: JsonObject }
  | { readonly kind: "other" };

/** A line as Gemini CLI reads it. */
export function recordOf(value: Json | undefined): Recorded {
  if (!isObject(value)) return { kind: "other" };
  if (typeof value.$rewindTo === "string") return { kind: "rewind", to: value.$rewindTo };
  if (typeof value.id === "string") return { kind: "message", message: value, id: value.id };
  if (isObject(value.$set)) return { kind: "set", set: value.$set };
  const isMetadata = typeof value.sessionId === "string" && typeof value.projectHash === "string";
  return isMetadata ? { kind: "metadata", metadata: value } : { kind: "other" };
}

/** A metadata line, also where Gemini CLI does not take it for one any more. */
export function looksLikeMetadata(value: Json | undefined): value is JsonObject {
  return isObject(value) && typeof value.sessionId === "string" && "startTime" in value;
}

/** True for a line that replaces the whole list of messages. */
export function replacesList(value: Json | undefined): boolean {
  const record = recordOf(value);
  return record.kind === "set" && Array.isArray(record.set.messages);
}

/** Content as a list of parts: a text stands for a part that holds it. */
export function partsOf(content: Json | undefined): JsonObject[] {
  const list = Array.isArray(content) ? content : content ? [content] : [];
  return list.flatMap((part) => (typeof part === "string" ? [{ text: part }] : isObject(part) ? [part] : []));
}

/** Content as the text by which Gemini CLI tells whether there is something to resume. */
export function textOf(content: Json | undefined): string {
  if (typeof content === "string") return content;
  return partsOf(content).map(nameOfPart).join("");
}

const PLACEHOLDERS = [
  "videoMetadata",
  "thought",
  "codeExecutionResult",
  "executableCode",
  "fileData",
  "functionCall",
  "functionResponse",
  "inlineData",
];

function nameOfPart(part: JsonObject): string {
  const placeholder = PLACEHOLDERS.find((key) => part[key] !== undefined);
  return placeholder ? `[${placeholder}]` : (asString(part.text) ?? "");
}

/** True for a user row that is not sent: blank, a command, or a context that the next start writes anew. */
export function isIgnored(content: Json | undefined): boolean {
  const text = textOf(content).trim();
  return text === "" || /^([/?]|<session_context>|<hook_context>)/.test(text);
}

/** True for a message that makes a session worth resuming: a file without one is not listed. */
export function isResumable(message: JsonObject): boolean {
  if (message.type === "user") return !isIgnored(message.content);
  if (message.type !== "gemini") return false;
  const { toolCalls, thoughts } = message;
  const has = (list: Json | undefined) => Array.isArray(list) && list.length > 0;
  return textOf(message.content).trim() !== "" || has(toolCalls) || has(thoughts);
}
