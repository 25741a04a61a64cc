import type { Json, JsonObject } from "../../model/conversation.js";
import { isObject } from "../../model/text.js";

/** The formats of captured requests, and of messages that a program holds in memory (the AI SDK's own). */
export type RequestFormat = "anthropic" | "openai-chat" | "openai-responses" | "ai-sdk";

/**
 * The format of a request body or of a bare list of messages; null where it is none.
 * Told by shape, the surest sign first: items, tool calls and tool messages, typed blocks, the keys of the body.
 */
export function formatOf(body: Json): RequestFormat | null {
  const list = messagesOf(body);
  if (!list?.every(isObject)) return null;
  const items = list as JsonObject[];
  const settings = isObject(body) ? body : {};
  if (settings.input !== undefined && !Array.isArray(settings.messages)) return "openai-responses";
  const types = new Set(items.map(({ type }) => String(type)));
  if ([...types].some((type) => ITEM_TYPE.test(type))) return "openai-responses";
  if (items.length === 0 || !items.every(({ role }) => ROLES.has(String(role)))) return null;
  // A user interface's own messages, which no provider sees.
  if (items.some(({ parts, content }) => Array.isArray(parts) && content === undefined)) return null;
  const blocks = new Set(
    items.flatMap(({ content }) => (Array.isArray(content) ? content.filter(isObject) : [])).map(kindOf),
  );
  const hasBlock = (...kinds: string[]) => kinds.some((kind) => blocks.has(kind));
  if (hasBlock("tool-call", "tool-result")) return "ai-sdk";
  if (items.some(isChatMessage)) return "openai-chat";
  if (hasBlock(...ANTHROPIC_BLOCKS)) return "anthropic";
  if (hasBlock("image_url", "input_audio")) return "openai-chat";
  if (hasBlock("input_text", "output_text") || types.has("message")) return "openai-responses";
  return formatOfSettings(settings) ?? formatOfRoles(items, settings);
}

/** Thinking in a list is Mistral's, over Chat. */
function kindOf({ type, thinking }: JsonObject): string {
  return Array.isArray(thinking) ? "thinking in a list" : String(type);
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

/** What only one of the two APIs has beside its messages. */
function formatOfSettings(settings: JsonObject): RequestFormat | null {
  const { system, stop_sequences, anthropic_version, tools } = settings;
  const tool = Array.isArray(tools) ? tools.find(isObject) : undefined;
  if (tool?.function !== undefined) return "openai-chat";
  return [system, stop_sequences, anthropic_version, tool?.input_schema].some((key) => key !== undefined)
    ? "anthropic"
    : null;
}

/** Anthropic's own model names have no slash: those of gateways that speak Chat do. */
function formatOfRoles(items: readonly JsonObject[], { model }: JsonObject): RequestFormat {
  if (items.some(({ role }) => role === "system")) return "openai-chat";
  return model === undefined || /^[^/]*claude/i.test(String(model)) ? "anthropic" : "openai-chat";
}

/** What a request says beside its messages that decides what is taken of them. */
export interface RequestContext {
  readonly model?: string;
  /** What came before stands at the provider: a result here may answer a call there. */
  readonly continues?: boolean;
}

export function requestContextOf(body: Json): RequestContext {
  if (!isObject(body)) return {};
  const { model, previous_response_id, conversation } = body;
  return {
    ...(typeof model === "string" && { model }),
    ...((previous_response_id ?? conversation ?? null) !== null && { continues: true }),
  };
}

const ROLES = new Set(["system", "developer", "user", "assistant", "tool", "function"]);
const ITEM_TYPE =
  /^((function|custom_tool|web_search|file_search|code_interpreter|computer|local_shell|shell|apply_patch|image_generation|mcp)_call(_output)?|reasoning|item_reference|mcp_(list_tools|approval_\w+))$/;
const ANTHROPIC_BLOCKS = [
  "tool_use",
  "tool_result",
  "thinking",
  "redacted_thinking",
  "server_tool_use",
  "image",
  "document",
];

/** The list of messages or items inside a body; undefined where there is none. */
export function messagesOf(body: Json): Json[] | undefined {
  if (Array.isArray(body)) return body;
  if (!isObject(body)) return undefined;
  // A prompt alone has no history.
  if (typeof body.input === "string" && body.model !== undefined) return [];
  return [body.messages, body.input].find(Array.isArray) as Json[] | undefined;
}
