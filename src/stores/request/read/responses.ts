import type { JsonObject, Role } from "../../../model/conversation.js";
import type { ItemFacts } from "../../../model/request-settings.js";
import { clientToolOf, isClientToolOutput } from "../client-tools.js";
import type { Item } from "../item.js";
import { content, type Piece, type ReadItem } from "../pieces.js";
import { callBlock, otherBlock, resultBlock, text, textCall, thinkingBlock } from "./blocks.js";
import { chatMessage, openaiBlock } from "./chat.js";

/** An item of OpenAI Responses: a message, or one piece of a reply. */
export function responsesItem(item: Item): ReadItem {
  const { raw } = item;
  const itemId = typeof raw.id === "string" ? raw.id : undefined;
  const facts = itemFacts(raw, itemId);
  const whole = (role: Role, block: Piece["block"]): ReadItem => ({
    role,
    pieces: [{ place: { item }, block }],
    item: facts,
  });
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
    case "tool_search_call":
      // An output is due only if the client runs the search.
      if (typeof raw.call_id === "string")
        return whole("assistant", (row) => ({
          ...callBlock(raw.call_id, "tool_search", {}, row),
          exempt: true,
        }));
      break;
    case "tool_search_output":
      if (typeof raw.call_id === "string")
        return whole("tool", (row) => ({ ...resultBlock(raw.call_id, "-", row, true), exempt: true }));
      break;
    case "reasoning":
      return whole("assistant", (row) => ({ ...thinkingBlock("-", row, "redacted"), itemId }));
  }
  const type = text(raw.type);
  const tool = clientToolOf(type);
  if (tool) return whole("assistant", (row) => ({ ...callBlock(raw.call_id, tool.name, {}, row), itemId }));
  if (isClientToolOutput(type))
    return whole("tool", (row) => resultBlock(raw.call_id, raw.output ?? "-", row, true));
  // A message of Chat Completions, which the service refuses: its calls and its result are told as such.
  if (raw.role === "tool" || (type === "" && raw.tool_calls !== undefined)) return chatMessage(item);
  // Calls that ran at the provider belong to the assistant's message.
  if (raw.role === undefined || (raw.type ?? "message") !== "message")
    return whole(raw.role === undefined ? "assistant" : roleOf(raw), (row) => ({
      ...otherBlock(raw.type, row),
      form: text(raw.type),
    }));
  return { role: roleOf(raw), pieces: content(item, openaiBlock), item: facts };
}

/** True for a reference to an item that the service has stored: it need not name its type. */
export function isReference(raw: JsonObject): boolean {
  const { id, type = null } = raw;
  const isBare = () => Object.keys(raw).every((key) => key === "id" || key === "type");
  return type === "item_reference" || (typeof id === "string" && type === null && isBare());
}

function roleOf({ role }: JsonObject): Role {
  return role === "assistant" || role === "user" ? role : "system";
}

function itemFacts(raw: JsonObject, id: string | undefined): ItemFacts {
  return {
    type: isReference(raw) ? "item_reference" : text(raw.type) || "message",
    ...(id !== undefined && { id }),
    ...(text(raw.encrypted_content) !== "" && { sealed: true }),
  };
}
