import type { Block, Conversation, Json, Message, Role, Row } from "../model/conversation.js";
import { blankness, hasLoneSurrogate, inputKind, isObject, textBlock } from "../model/text.js";
import { mediaBlock, nestedMedia } from "./request-media.js";

/** The wire formats of captured requests. */
export type RequestFormat = "anthropic" | "openai-chat" | "openai-responses";

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
function messagesOf(body: Json): Json[] | undefined {
  if (Array.isArray(body)) return body;
  if (!isObject(body)) return undefined;
  return [body.messages, body.input].find(Array.isArray) as Json[] | undefined;
}

/** The model of one request. `id` tells it from other requests of the same file. */
export function decodeRequest(body: Json, id: string, size: number): Conversation | null {
  const format = formatOf(body);
  if (!format) return null;
  const messages = messagesOf(body)!.map((item, index) =>
    decodeItem(item as Record<string, Json>, index, format),
  );
  const row: Row = { table: "request", id, created: null, updated: null, size };
  return {
    id,
    store: "request",
    row,
    title: "",
    directory: null,
    version: null,
    created: null,
    updated: null,
    messages,
    size,
    format,
  };
}

function decodeItem(item: Record<string, Json>, index: number, format: RequestFormat): Message {
  const row: Row = { table: "request", id: String(index), created: null, updated: null, size: 0 };
  const decoded =
    format === "anthropic"
      ? anthropicMessage(item, row)
      : format === "openai-chat"
        ? chatMessage(item, row)
        : responsesItem(item, row);
  return { row, position: index, created: null, ...decoded };
}

type Decoded = { role: Role; blocks: Block[] };

/** Each block is a row of its own, so that two results of one message can be told apart. */
function at(row: Row, index: number): Row {
  return { ...row, id: `${row.id}.${index}` };
}

function anthropicMessage(item: Record<string, Json>, row: Row): Decoded {
  const content =
    typeof item.content === "string"
      ? [{ type: "text", text: item.content } as Record<string, Json>]
      : Array.isArray(item.content)
        ? item.content
        : [];
  const blocks = content
    .filter(isObject)
    .map((block, index) => anthropicBlock(block, at(row, index), item.content === ""));
  return {
    role: item.role === "assistant" ? "assistant" : item.role === "system" ? "system" : "user",
    blocks: blocks.flat(),
  };
}

function anthropicBlock(block: Record<string, Json>, row: Row, isWholeEmpty: boolean): Block[] {
  switch (block.type) {
    case "text":
      return isWholeEmpty ? [] : [textBlock(row, text(block.text))];
    case "thinking":
      return [thinkingBlock(block.thinking, row, block.signature ? "signed" : "none")];
    case "redacted_thinking":
      return [thinkingBlock("-", row, "redacted")];
    case "tool_use":
      return [callBlock(first(block.id, block.toolUseId), block.name, block.input, row)];
    case "server_tool_use":
      return [{ ...callBlock(block.id, block.name, block.input, row), exempt: true }];
    case "tool_result":
      return [
        resultBlock(first(block.tool_use_id, block.toolUseId), block.content, row, block.is_error !== true),
      ];
    case "image":
    case "document":
      return [mediaBlock(block.source, row, block.type === "image")];
    default:
      return [{ kind: "ignored", row, type: String(block.type) }];
  }
}

function chatMessage(item: Record<string, Json>, row: Row): Decoded {
  if (item.role === "tool")
    return {
      role: "tool",
      blocks: [resultBlock(first(item.tool_call_id, item.toolCallId), item.content, at(row, 0), true)],
    };
  const content =
    typeof item.content === "string"
      ? [{ type: "text", text: item.content } as Record<string, Json>]
      : Array.isArray(item.content)
        ? item.content.filter(isObject)
        : [];
  const texts = content.map(
    (block, index): Block =>
      block.type === "text"
        ? textBlock(at(row, index), text(block.text))
        : block.type === "image_url"
          ? mediaBlock(block.image_url, at(row, index), true)
          : { kind: "ignored", row: at(row, index), type: String(block.type) },
  );
  const reasoning =
    typeof item.reasoning_content === "string"
      ? [thinkingBlock(item.reasoning_content, at(row, 900), "none")]
      : [];
  const calls = (Array.isArray(item.tool_calls) ? item.tool_calls.filter(isObject) : []).map(
    (call, index) => {
      const described = isObject(call.function) ? call.function : {};
      return callBlock(
        call.id,
        described.name,
        parsedArguments(described.arguments),
        at(row, content.length + index),
      );
    },
  );
  const role = item.role === "assistant" ? "assistant" : item.role === "user" ? "user" : "system";
  return { role, blocks: [...reasoning, ...texts, ...calls] };
}

function responsesItem(item: Record<string, Json>, row: Row): Decoded {
  const own = at(row, 0);
  switch (item.type) {
    case "function_call":
    case "custom_tool_call":
      return {
        role: "assistant",
        blocks: [
          {
            ...callBlock(
              item.call_id,
              item.name,
              item.type === "function_call" ? parsedArguments(item.arguments) : {},
              own,
            ),
            itemId: typeof item.id === "string" ? item.id : undefined,
          },
        ],
      };
    case "function_call_output":
    case "custom_tool_call_output":
      return { role: "tool", blocks: [resultBlock(item.call_id, item.output, own, true)] };
    case "reasoning":
      return {
        role: "assistant",
        blocks: [
          {
            ...thinkingBlock("-", own, "redacted"),
            itemId: typeof item.id === "string" ? item.id : undefined,
          },
        ],
      };
    default: {
      const content =
        typeof item.content === "string"
          ? [{ type: "text", text: item.content } as Record<string, Json>]
          : Array.isArray(item.content)
            ? item.content.filter(isObject)
            : [];
      const role = item.role === "assistant" ? "assistant" : item.role === "user" ? "user" : "system";
      return {
        role,
        blocks: content.map(
          (block, index): Block =>
            typeof block.text === "string"
              ? textBlock(at(row, index), text(block.text))
              : block.type === "input_image" && block.image_url !== undefined
                ? mediaBlock(block.image_url, at(row, index), true)
                : { kind: "ignored", row: at(row, index), type: String(block.type) },
        ),
      };
    }
  }
}

function first(...values: (Json | undefined)[]): Json | undefined {
  return values.find((value) => value !== undefined);
}

/** Arguments travel as JSON text; text that is no JSON stays text, which is no object. */
function parsedArguments(value: Json | undefined): Json | undefined {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value) as Json;
  } catch {
    return value;
  }
}

function text(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

function thinkingBlock(
  value: Json | undefined,
  row: Row,
  signature: "signed" | "redacted" | "none",
): Extract<Block, { kind: "thinking" }> {
  const said = text(value);
  return {
    kind: "thinking",
    row,
    text: said,
    length: said.length,
    blank: blankness(said),
    signature,
    loneSurrogate: !said.isWellFormed(),
  };
}

function callBlock(
  id: Json | undefined,
  name: Json | undefined,
  input: Json | undefined,
  row: Row,
): Extract<Block, { kind: "call" }> {
  return {
    kind: "call",
    row,
    id: typeof id === "string" ? id : "",
    name: typeof name === "string" ? name : "",
    input: inputKind(input),
    arguments: input,
    inputEmpty: !isObject(input) || Object.keys(input).length === 0,
    loneSurrogate: hasLoneSurrogate(input),
  };
}

function resultBlock(id: Json | undefined, content: Json | undefined, row: Row, ok: boolean): Block {
  const texts = Array.isArray(content)
    ? content.filter(isObject).filter((block) => block.type === "text")
    : [];
  const media = nestedMedia(Array.isArray(content) ? content.filter(isObject) : [], row);
  const blank =
    content === undefined ||
    content === null ||
    content === "" ||
    (Array.isArray(content) && content.length === 0);
  return {
    kind: "result",
    row,
    id: typeof id === "string" ? id : "",
    ok,
    blank,
    loneSurrogate: hasLoneSurrogate(content),
    nestedBlank: texts.some((block) => typeof block.text === "string" && block.text.trim() === ""),
    ...(typeof content === "string" && { text: content }),
    ...(media.length > 0 && { media }),
  };
}
