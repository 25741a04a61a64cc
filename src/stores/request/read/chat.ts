import type { JsonObject } from "../../../model/conversation.js";
import { isObject, textBlock } from "../../../model/text.js";
import { closeItem, type Item } from "../item.js";
import { mediaBlock } from "../media.js";
import { cellsOf, content, type Piece, type ReadItem, roleOf } from "../pieces.js";
import { callBlock, first, otherBlock, resultBlock, textCall, thinkingBlock } from "./blocks.js";

/** The content of Chat and Responses messages. */
export function openaiBlock(raw: JsonObject): Piece["block"] {
  return (row) => {
    if (typeof raw.text === "string") return textBlock(row, raw.text);
    const { type, file, image_url: url } = raw;
    if (type === "image_url" || (type === "input_image" && url !== undefined))
      return mediaBlock(url, row, true);
    if (type === "input_file") return mediaBlock(raw, row, false);
    if (type === "file" && isObject(file)) return mediaBlock(file, row, false);
    return otherBlock(type, row);
  };
}

export function chatMessage(item: Item): ReadItem {
  const { raw } = item;
  if (raw.role === "tool") return { role: "tool", pieces: [toolResult(item)] };
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
      ? [{ place: { item }, block: (row) => otherBlock("function_call", row) }]
      : [];
  const said = raw.role === "function" ? [] : content(item, openaiBlock);
  return { role: roleOf(raw), pieces: [...reasoning, ...said, ...calls, ...legacy] };
}

function toolResult(item: Item): Piece {
  const { tool_call_id, toolCallId, content: said } = closeItem(item);
  return { place: { item }, block: (row) => resultBlock(first(tool_call_id, toolCallId), said, row, true) };
}
