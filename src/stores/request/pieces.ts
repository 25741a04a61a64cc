import type { Block, Json, JsonObject, Role, Row } from "../../model/conversation.js";
import { parseJson } from "../../model/json.js";
import { blankness, inputKind, isObject, textBlock } from "../../model/text.js";
import type { RequestFormat } from "./format.js";
import { mediaBlock, nestedMedia } from "./media.js";
import type { Item, ListName, Place } from "./transcript.js";

/** A piece of a message: where it stands, and what it is. */
export interface Piece {
  readonly place: Place;
  readonly block: (row: Row) => Block;
}

interface ReadItem {
  readonly role: Role;
  readonly pieces: Piece[];
}

type Read = (item: Item) => ReadItem;
type ReadBlock = (raw: JsonObject, item: Item) => Piece["block"];

const READERS: Record<RequestFormat, Read> = {
  anthropic: (item) => ({ role: roleOf(item.raw), pieces: content(item, anthropicBlock, true) }),
  "openai-chat": chatMessage,
  "openai-responses": responsesItem,
  "ai-sdk": (item) => ({ role: roleOf(item.raw), pieces: content(item, sdkBlock) }),
};

/** The role and the pieces of one message, as its format says. */
export function readItem(item: Item, format: RequestFormat): ReadItem {
  return READERS[format](item);
}

function roleOf(raw: JsonObject): Role {
  if (raw.role === "assistant" || raw.role === "tool") return raw.role;
  if (raw.role === "function") return "tool";
  return raw.role === "system" || raw.role === "developer" ? "system" : "user";
}

/** Content as one string, or block by block. `emptyCounts`: an empty string is a text, not nothing. */
function content(item: Item, read: ReadBlock, emptyCounts = false): Piece[] {
  const { content: said } = item.raw;
  if (typeof said === "string")
    return said === "" && !emptyCounts
      ? []
      : [{ place: { item, key: "content" }, block: (row: Row) => textBlock(row, said) }];
  if (isObject(said)) return [{ place: { item, key: "content" }, block: read(said, item) }];
  return cellsOf(item, "content", read);
}

function cellsOf(item: Item, list: ListName, read: ReadBlock): Piece[] {
  const cells = item.lists[list] ?? [];
  return cells.flatMap((cell) =>
    isObject(cell.raw) ? [{ place: { item, list, cell }, block: read(cell.raw, item) }] : [],
  );
}

function anthropicBlock(raw: JsonObject): Piece["block"] {
  return (row) => {
    switch (raw.type) {
      case "text":
        return textBlock(row, text(raw.text));
      case "thinking":
        return thinkingBlock(raw.thinking, row, text(raw.signature) ? "signed" : "none");
      case "redacted_thinking":
        return thinkingBlock("-", row, "redacted");
      case "tool_use":
        return callBlock(first(raw.id, raw.toolUseId), raw.name, raw.input, row);
      case "server_tool_use":
        return { ...callBlock(raw.id, raw.name, raw.input, row), exempt: true };
      case "tool_result":
        return resultBlock(first(raw.tool_use_id, raw.toolUseId), raw.content, row, raw.is_error !== true);
      case "image":
      case "document":
        return mediaBlock(raw.source, row, raw.type === "image");
      default:
        return { kind: "ignored", row, type: String(raw.type) };
    }
  };
}

/** The content of Chat and Responses messages. */
function openaiBlock(raw: JsonObject): Piece["block"] {
  return (row) => {
    if (typeof raw.text === "string") return textBlock(row, raw.text);
    if (raw.type === "image_url" || (raw.type === "input_image" && raw.image_url !== undefined))
      return mediaBlock(raw.image_url, row, true);
    return { kind: "ignored", row, type: String(raw.type) };
  };
}

function chatMessage(item: Item): ReadItem {
  const { raw } = item;
  if (raw.role === "tool")
    return {
      role: "tool",
      pieces: [
        {
          place: { item },
          block: (row) => resultBlock(first(raw.tool_call_id, raw.toolCallId), raw.content, row, true),
        },
      ],
    };
  const reasoning: Piece[] =
    typeof raw.reasoning_content === "string"
      ? [
          {
            place: { item, key: "reasoning_content" },
            block: (row) => thinkingBlock(raw.reasoning_content, row, "none"),
          },
        ]
      : [];
  const calls = cellsOf(item, "tool_calls", (call) => (row) => {
    if (isObject(call.custom)) return callBlock(call.id, call.custom.name, {}, row);
    const described = isObject(call.function) ? call.function : {};
    return textCall(call.id, described.name, described.arguments, row);
  });
  // The way before tool calls: one function, answered by its name.
  const legacy: Piece[] =
    raw.role === "function" || isObject(raw.function_call)
      ? [{ place: { item }, block: (row) => ({ kind: "ignored", row, type: "function_call" }) }]
      : [];
  const said = raw.role === "function" ? [] : content(item, openaiBlock);
  return { role: roleOf(raw), pieces: [...reasoning, ...said, ...calls, ...legacy] };
}

function responsesItem(item: Item): ReadItem {
  const { raw } = item;
  const whole = (role: Role, block: Piece["block"]): ReadItem => ({
    role,
    pieces: [{ place: { item }, block }],
  });
  const itemId = typeof raw.id === "string" ? raw.id : undefined;
  switch (raw.type) {
    case "function_call":
      return whole("assistant", (row) => ({
        ...textCall(raw.call_id, raw.name, raw.arguments, row),
        itemId,
      }));
    case "custom_tool_call":
      return whole("assistant", (row) => ({ ...callBlock(raw.call_id, raw.name, {}, row), itemId }));
    case "function_call_output":
    case "custom_tool_call_output":
      return whole("tool", (row) => resultBlock(raw.call_id, raw.output, row, true));
    case "reasoning":
      return whole("assistant", (row) => ({ ...thinkingBlock("-", row, "redacted"), itemId }));
    default: {
      // What ran at the provider stands where the assistant's words stand.
      if (raw.role === undefined)
        return whole("assistant", (row) => ({ kind: "ignored", row, type: String(raw.type) }));
      const role = raw.role === "assistant" || raw.role === "user" ? raw.role : "system";
      return { role, pieces: content(item, openaiBlock) };
    }
  }
}

/** A part of the AI SDK's ModelMessage. */
function sdkBlock(raw: JsonObject, item: Item): Piece["block"] {
  return (row) => {
    switch (raw.type) {
      case "text":
        return textBlock(row, text(raw.text));
      case "reasoning":
        return thinkingBlock(raw.text, row, sdkSignature(raw.providerOptions));
      case "tool-call":
        return {
          ...callBlock(raw.toolCallId, raw.toolName, first(raw.input, raw.args), row),
          exempt: raw.providerExecuted === true || waitsForApproval(raw, item),
        };
      case "tool-result":
        // In an assistant message it answers a call that ran at the provider.
        return item.raw.role === "tool" ? sdkResult(raw, row) : { kind: "ignored", row, type: "tool-result" };
      default:
        return { kind: "ignored", row, type: String(raw.type) };
    }
  };
}

function waitsForApproval(call: JsonObject, { lists }: Item): boolean {
  return (lists.content ?? []).some(
    ({ raw }) => isObject(raw) && raw.type === "tool-approval-request" && raw.toolCallId === call.toolCallId,
  );
}

function sdkSignature(options: Json | undefined): "signed" | "redacted" | "none" {
  const anthropic = isObject(options) && isObject(options.anthropic) ? options.anthropic : {};
  if (typeof anthropic.redactedData === "string") return "redacted";
  return typeof anthropic.signature === "string" ? "signed" : "none";
}

function sdkResult(raw: JsonObject, row: Row): Block {
  const output = first(raw.output, raw.result);
  const type = isObject(output) ? String(output.type) : "";
  const said = isObject(output) && "value" in output ? output.value : output;
  return resultBlock(raw.toolCallId, said, row, !type.startsWith("error"));
}

function first(...values: (Json | undefined)[]): Json | undefined {
  return values.find((value) => value !== undefined);
}

/** A call whose arguments travel as JSON text. */
function textCall(
  id: Json | undefined,
  name: Json | undefined,
  args: Json | undefined,
  row: Row,
): Extract<Block, { kind: "call" }> {
  // Text that is no JSON stays text, which is no object.
  const call = callBlock(id, name, parseJson(args) ?? args, row);
  const input = typeof args === "string" ? call.input : "unquoted";
  return { ...call, input };
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
    id: text(id),
    name: text(name),
    input: inputKind(input),
    arguments: input,
    inputEmpty: !isObject(input) || Object.keys(input).length === 0,
  };
}

function isBlankText({ text }: JsonObject): boolean {
  return typeof text === "string" && text.trim() === "";
}

function resultBlock(id: Json | undefined, said: Json | undefined, row: Row, ok: boolean): Block {
  const texts = Array.isArray(said) ? said.filter(isObject).filter(({ type }) => type === "text") : [];
  const media = nestedMedia(Array.isArray(said) ? said.filter(isObject) : [], row);
  return {
    kind: "result",
    row,
    id: text(id),
    ok,
    blank: said === undefined || said === null || said === "" || (Array.isArray(said) && said.length === 0),
    nestedBlank:
      texts.some((block) => block.text === "") ||
      (texts.length > 0 && texts.length === (said as Json[]).length && texts.every(isBlankText)),
    ...(typeof said === "string" && { text: said }),
    ...(media.length > 0 && { media }),
  };
}
