import type { Json, JsonObject } from "../../model/conversation.js";
import { isObject } from "../../model/text.js";

/** Bodies that are recognised and not read, by the name of their format. */
const FOREIGN: readonly (readonly [
  name: string,
  isIt: (body: JsonObject, messages: JsonObject[]) => boolean,
])[] = [
  ["a Cohere v2 chat body", isCohere],
  [
    "a Cohere v1 chat body",
    ({ chat_history, message }) => Array.isArray(chat_history) && message !== undefined,
  ],
  ["an Ollama /api/chat body", isOllama],
  [
    "messages of the AI SDK's user interface (UIMessage)",
    (_, messages) => messages.length > 0 && messages.every(isUiMessage),
  ],
];

/** The name of a format that is known and not read; null for any other value. */
export function foreignFormatOf(value: Json): string | null {
  const body = isObject(value) ? value : { messages: value };
  const messages = Array.isArray(body.messages) ? body.messages.filter(isObject) : [];
  return FOREIGN.find(([, isIt]) => isIt(body, messages))?.[0] ?? null;
}

/** By its models, or by keys that no other Chat API has. */
function isCohere({ model, ...body }: JsonObject, messages: JsonObject[]): boolean {
  if (messages.length === 0) return false;
  const isItsModel = typeof model === "string" && /^(command|c4ai-|aya)(-|$)/i.test(model);
  const isItsKey = ["safety_mode", "strict_tools", "citation_options"].some((key) => key in body);
  return isItsModel || isItsKey || messages.some((message) => "tool_plan" in message);
}

/** Its calls have no id and no JSON text, its images stand beside the content, its settings under `options`. */
function isOllama({ options, keep_alive }: JsonObject, messages: JsonObject[]): boolean {
  if (messages.length === 0) return false;
  if (isObject(options) || keep_alive !== undefined) return true;
  return messages.some(
    ({ images, tool_name, tool_calls }) =>
      (Array.isArray(images) && images.every((image) => typeof image === "string")) ||
      typeof tool_name === "string" ||
      (Array.isArray(tool_calls) && tool_calls.some(isBareCall)),
  );
}

function isBareCall(call: Json): boolean {
  return (
    isObject(call) && call.id === undefined && isObject(call.function) && isObject(call.function.arguments)
  );
}

function isUiMessage({ parts, content }: JsonObject): boolean {
  return (
    Array.isArray(parts) &&
    content === undefined &&
    parts.every((part) => isObject(part) && typeof part.type === "string")
  );
}
