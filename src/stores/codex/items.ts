import type { JsonPath } from "../../files/json-places.js";
import type { Block, CallBlock, Json, JsonObject, Role, Row } from "../../model/conversation.js";
import { parseJson } from "../../model/json.js";
import { mediaOfUrl } from "../../model/media.js";
import { asString, blankness, inputKind, isObject, textBlock } from "../../model/text.js";
import { isWholeToken } from "./token.js";

/** A row for a piece of an item, by the path from the item to it. */
export type RowAt = (path: JsonPath) => Row;

export interface DecodedItem {
  readonly role: Role;
  readonly blocks: Block[];
}

/** The model of one item of the Responses API. `row`: the item's own. */
export function decodeItem(item: JsonObject, row: Row, rowAt: RowAt): DecodedItem {
  switch (item.type) {
    case "message":
      return { role: roleOf(item.role), blocks: contentOf(item, rowAt) };
    case "reasoning":
      return { role: "assistant", blocks: [reasoningOf(item, row)] };
    case "function_call":
      return { role: "assistant", blocks: [functionCall(item, row)] };
    case "custom_tool_call":
    case "tool_search_call":
    case "local_shell_call":
      return { role: "assistant", blocks: [otherCall(item, row)] };
    case "function_call_output":
    case "custom_tool_call_output":
    case "tool_search_output":
      return { role: "tool", blocks: [outputOf(item, row)] };
    default:
      return { role: "assistant", blocks: [{ kind: "ignored", row, type: asString(item.type) ?? "" }] };
  }
}

function roleOf(role: Json | undefined): Role {
  return role === "user" || role === "assistant" ? role : "system";
}

function contentOf({ content, id }: JsonObject, rowAt: RowAt): Block[] {
  const list = Array.isArray(content) ? content : [];
  return list.flatMap((part, at): Block[] => {
    if (!isObject(part)) return [];
    const row = rowAt(["content", at]);
    if (part.type === "input_image") return [mediaOfUrl(row, mimeOf(part.image_url), part.image_url)];
    if (typeof part.text !== "string") return [{ kind: "ignored", row, type: asString(part.type) ?? "" }];
    // The id is the item's: its first text carries it.
    return [{ ...textBlock(row, part.text), ...(at === 0 && typeof id === "string" && { itemId: id }) }];
  });
}

function mimeOf(url: Json | undefined): string {
  return /^data:([^;,]+)/i.exec((asString(url) ?? "").slice(0, 200))?.[1] ?? "image/*";
}

function reasoningOf({ id, summary, encrypted_content: sealed }: JsonObject, row: Row): Block {
  const parts = Array.isArray(summary) ? summary.filter(isObject) : [];
  const text = parts.map((part) => asString(part.text) ?? "").join("\n");
  return {
    kind: "thinking",
    row,
    length: text.length,
    blank: blankness(text || "-"),
    signature: "redacted",
    text,
    ...(typeof id === "string" && { itemId: id }),
    ...(typeof sealed === "string" && { sealed: isWholeToken(sealed) }),
  };
}

/** The arguments are JSON in a text, which the service does not read. */
function functionCall(item: JsonObject, row: Row): CallBlock {
  const args = parseJson(item.arguments) ?? item.arguments;
  return {
    ...otherCall(item, row),
    input: typeof item.arguments === "string" ? inputKind(args) : "unquoted",
    inputEmpty: !isObject(args) || Object.keys(args).length === 0,
    arguments: args,
  };
}

function otherCall(item: JsonObject, row: Row): CallBlock {
  return {
    kind: "call",
    row,
    id: asString(item.call_id) ?? "",
    name: asString(item.name) ?? (asString(item.type) ?? "").replace(/_call$/, ""),
    input: "object",
    inputEmpty: false,
    ...(typeof item.id === "string" && { itemId: item.id }),
    // A search that the service ran itself has no output here.
    ...(item.type === "tool_search_call" && item.execution === "server" && { exempt: true }),
  };
}

function outputOf(item: JsonObject, row: Row): Block {
  const { output } = item;
  const parts = Array.isArray(output) ? output.filter(isObject) : [];
  const media = parts.flatMap((part, at) =>
    part.type === "input_image" ? [mediaOfUrl(row, mimeOf(part.image_url), part.image_url, at)] : [],
  );
  return {
    kind: "result",
    row,
    id: asString(item.call_id) ?? "",
    ok: true,
    text: asString(output) ?? parts.map((part) => asString(part.text) ?? "").join(""),
    ...(typeof item.id === "string" && { itemId: item.id }),
    ...(item.type === "tool_search_output" && item.execution === "server" && { exempt: true }),
    ...(media.length > 0 && { media }),
  };
}
