import type { Json, JsonObject } from "../../model/conversation.js";
import { isObject, wordOf } from "../../model/text.js";
import { isKnownContent } from "../../providers/content.js";
import { foreignFormatOf } from "./foreign.js";

/** The formats of captured requests, and of messages that a program holds in memory (the AI SDK's own). */
export type RequestFormat =
  | "anthropic"
  | "openai-chat"
  | "openai-responses"
  | "gemini"
  | "converse"
  | "ai-sdk"
  | "otel";

/**
 * The format of a request body or of a bare list of messages; null if it is none that is read. The shape tells, the
 * surest sign first: the name of the list, items, typed blocks, the keys of the body, roles.
 */
export function formatOf(body: Json): RequestFormat | null {
  const list = messagesOf(body);
  if (!list) return null;
  const items = list.filter(isObject);
  if (isOtel(items)) return "otel";
  if (foreignFormatOf(body)) return null;
  const settings = isObject(body) ? body : {};
  if (isGemini(settings, items)) return "gemini";
  if (settings.input !== undefined && !Array.isArray(settings.messages)) return "openai-responses";
  const types = new Set(items.map(({ type }) => wordOf(type)));
  if ([...types].some(isItem)) return "openai-responses";
  if (items.length === 0) return formatOfSettings(settings) ?? formatOfModel(settings);
  if (!items.every(({ role }) => ROLES.has(wordOf(role)))) return null;
  // A user interface's own messages, which no provider sees.
  if (items.some(({ parts, content }) => Array.isArray(parts) && content === undefined)) return null;
  const blocks = new Set(blocksIn(items).map(kindOf));
  const hasBlock = (...kinds: string[]) => kinds.some((kind) => blocks.has(kind));
  if (hasBlock("tool-call", "tool-result") || blocksIn(items).some(isSdkReasoning)) return "ai-sdk";
  if (items.some(isChatMessage)) return "openai-chat";
  if (isConverse(settings, items)) return "converse";
  const declared = formatOfSettings(settings);
  if (declared && hasBlock(...ANTHROPIC_BLOCKS)) return declared;
  if (hasBlock(...ANTHROPIC_BLOCKS)) return "anthropic";
  if (hasBlock("image_url", "input_audio")) return "openai-chat";
  if (hasBlock("input_text", "output_text") || types.has("message")) return "openai-responses";
  return declared ?? formatOfRoles(items, settings);
}

function blocksIn(items: readonly JsonObject[]): JsonObject[] {
  return items.flatMap(({ content }) => (Array.isArray(content) ? content.filter(isObject) : []));
}

/** The services' own reasoning has other names, or stands beside the messages. */
function isSdkReasoning({ type, text }: JsonObject): boolean {
  return type === "reasoning" && typeof text === "string";
}

/** Thinking in a list is Mistral's, over Chat. */
function kindOf({ type, thinking }: JsonObject): string {
  return Array.isArray(thinking) ? "thinking in a list" : wordOf(type);
}

/** An item of Responses that is no message; blocks of other formats have other names. */
function isItem(type: string): boolean {
  return type !== "message" && type !== "text" && ITEM_TYPE.test(type);
}

/** Parts that name their type and keep their text under `content`: messages as OpenTelemetry records them. */
function isOtel(items: readonly JsonObject[]): boolean {
  const parts = items.flatMap(({ parts: own }) => (Array.isArray(own) ? own.filter(isObject) : [null]));
  return (
    parts.length > 0 &&
    parts.every((part) => part !== null && typeof part.type === "string") &&
    parts.some((part) => part && (OTEL_PARTS.test(String(part.type)) || typeof part.content === "string"))
  );
}

/** `contents` by name, or by parts that name no type. */
function isGemini({ contents }: JsonObject, items: readonly JsonObject[]): boolean {
  if (Array.isArray(contents)) return true;
  return (
    items.length > 0 &&
    items.every(({ role, parts }) => Array.isArray(parts) && (role === "user" || role === "model")) &&
    items.some(({ role }) => role === "model") &&
    items.every(({ parts }) => (parts as Json[]).every((part) => isObject(part) && part.type === undefined))
  );
}

/** Blocks that name no type, beside keys that only Converse has, or of kinds that only it has. */
function isConverse(settings: JsonObject, items: readonly JsonObject[]): boolean {
  const blocks = blocksIn(items);
  if (blocks.length === 0 || blocks.some(({ type }) => type !== undefined)) return false;
  if (CONVERSE_KEYS.some((key) => settings[key] !== undefined)) return true;
  const isKnown = (block: JsonObject) => Object.keys(block).some((key) => isKnownContent(key, "converse"));
  if (!blocks.every(isKnown)) return false;
  const isOwn = (block: JsonObject) =>
    ["toolUse", "toolResult", "reasoningContent"].some((key) => key in block);
  return blocks.some(isOwn) || settings.model === undefined;
}

function isChatMessage({ role, tool_calls, function_call }: JsonObject): boolean {
  return (
    role === "tool" ||
    role === "function" ||
    role === "developer" ||
    tool_calls !== undefined ||
    function_call !== undefined
  );
}

/** The format that the keys besides the messages show; null if they show none. */
function formatOfSettings(settings: JsonObject): RequestFormat | null {
  const { tools } = settings;
  const tool = Array.isArray(tools) ? tools.find(isObject) : undefined;
  if (tool?.function !== undefined || CHAT_KEYS.some((key) => settings[key] !== undefined))
    return "openai-chat";
  return tool?.input_schema !== undefined || ANTHROPIC_KEYS.some((key) => settings[key] !== undefined)
    ? "anthropic"
    : null;
}

/** Anthropic's own model names have no slash. Names with a slash come from gateways that speak Chat Completions. */
function formatOfModel({ model }: JsonObject): RequestFormat | null {
  if (typeof model !== "string") return null;
  return /^[^/]*claude/i.test(model) ? "anthropic" : "openai-chat";
}

/** A body without a model is made for a host that has its model in the URL; Anthropic's has it in the body. */
function formatOfRoles(items: readonly JsonObject[], settings: JsonObject): RequestFormat {
  return items.some(({ role }) => role === "system")
    ? "openai-chat"
    : (formatOfModel(settings) ?? "openai-chat");
}

const ROLES = new Set(["system", "developer", "user", "assistant", "tool", "function"]);
const ITEM_TYPE =
  /^((function|custom_tool|web_search|file_search|code_interpreter|computer|local_shell|shell|apply_patch|image_generation|mcp|tool_search)_call(_output)?|tool_search_output|reasoning|item_reference|additional_tools|compaction|mcp_(list_tools|approval_\w+))$/;
const OTEL_PARTS = /^tool_call(_response)?$/;
const ANTHROPIC_BLOCKS = [
  "tool_use",
  "tool_result",
  "thinking",
  "redacted_thinking",
  "server_tool_use",
  "image",
  "document",
];
const ANTHROPIC_KEYS = ["system", "stop_sequences", "anthropic_version"];
const CHAT_KEYS = [
  "functions",
  "stream_options",
  "response_format",
  "max_completion_tokens",
  "frequency_penalty",
  "presence_penalty",
  "logprobs",
];
const CONVERSE_KEYS = [
  "modelId",
  "inferenceConfig",
  "toolConfig",
  "additionalModelRequestFields",
  "guardrailConfig",
];

/** The list of messages or items inside a body; undefined where there is none. */
export function messagesOf(body: Json): Json[] | undefined {
  if (Array.isArray(body)) return body;
  if (!isObject(body)) return undefined;
  // A prompt alone has no history.
  if (typeof body.input === "string" && body.model !== undefined) return [];
  return [body.messages, body.input, body.contents].find(Array.isArray) as Json[] | undefined;
}
