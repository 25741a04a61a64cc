import type { Json } from "../../model/conversation.js";
import { isObject } from "../../model/text.js";

/** The formats of captured requests, and of messages that a program holds in memory (the AI SDK's own). */
export type RequestFormat = "anthropic" | "openai-chat" | "openai-responses" | "ai-sdk";

/**
 * The format of a request body or of a bare list of messages; null where it is none.
 * Told by shape: Responses have items, Chat has tool_calls or role "tool", Anthropic has typed tool blocks.
 */
export function formatOf(body: Json): RequestFormat | null {
  const list = messagesOf(body);
  if (!list?.every(isObject)) return null;
  const items = list as Record<string, Json>[];
  if (isObject(body) && Array.isArray(body.input) && !Array.isArray(body.messages)) return "openai-responses";
  if (items.some((item) => ITEM_TYPES.has(String(item.type)))) return "openai-responses";
  if (items.length === 0 || !items.every((item) => ROLES.has(String(item.role)))) return null;
  if (
    items.some(
      (item) =>
        item.role === "tool" ||
        item.tool_calls !== undefined ||
        item.role === "system" ||
        item.role === "developer",
    )
  )
    return "openai-chat";
  const blocks = items.flatMap((item) => (Array.isArray(item.content) ? item.content : [])).filter(isObject);
  if (blocks.some((block) => ANTHROPIC_BLOCKS.has(String(block.type)))) return "anthropic";
  if (blocks.some((block) => ["image_url", "input_audio"].includes(String(block.type)))) return "openai-chat";
  if (blocks.some((block) => ["input_text", "output_text"].includes(String(block.type))))
    return "openai-responses";
  return isObject(body) && (body.system !== undefined || /claude/i.test(String(body.model)))
    ? "anthropic"
    : isObject(body) && body.model !== undefined
      ? "openai-chat"
      : "anthropic";
}

const ROLES = new Set(["system", "developer", "user", "assistant", "tool"]);
const ITEM_TYPES = new Set([
  "function_call",
  "function_call_output",
  "reasoning",
  "item_reference",
  "custom_tool_call",
  "custom_tool_call_output",
]);
const ANTHROPIC_BLOCKS = new Set([
  "tool_use",
  "tool_result",
  "thinking",
  "redacted_thinking",
  "server_tool_use",
  "image",
  "document",
]);

/** The list of messages or items inside a body; undefined where there is none. */
export function messagesOf(body: Json): Json[] | undefined {
  if (Array.isArray(body)) return body;
  if (!isObject(body)) return undefined;
  return [body.messages, body.input].find(Array.isArray) as Json[] | undefined;
}
