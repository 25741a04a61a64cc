import type { JsonObject } from "../../../model/conversation.js";
import { isObject, textBlock } from "../../../model/text.js";
import { mediaBlock } from "../media.js";
import type { Piece } from "../pieces.js";
import { callBlock, first, otherBlock, resultBlock, text, thinkingBlock } from "./blocks.js";

/** A block of Anthropic's Messages. */
export function anthropicBlock(raw: JsonObject): Piece["block"] {
  return (row) => {
    switch (raw.type) {
      case "text":
        return textBlock(row, text(raw.text));
      case "thinking":
        return thinkingBlock(raw.thinking, row, text(raw.signature) ? "signed" : "none");
      case "redacted_thinking":
        return thinkingBlock("-", row, "redacted");
      case "tool_use": {
        const call = callBlock(first(raw.id, raw.toolUseId), raw.name, raw.input, row);
        const callerId = isObject(raw.caller) ? raw.caller.tool_id : undefined;
        return { ...call, ...(typeof callerId === "string" && { callerId }) };
      }
      case "server_tool_use":
      case "mcp_tool_use":
        return { ...callBlock(raw.id, raw.name, raw.input, row), exempt: true };
      case "tool_result":
        return resultBlock(first(raw.tool_use_id, raw.toolUseId), raw.content, row, raw.is_error !== true);
      case "image":
      case "document":
        return mediaBlock(raw.source, row, raw.type === "image");
      default: {
        const answers = /_tool_result$/.test(text(raw.type)) ? text(raw.tool_use_id) : "";
        return { ...otherBlock(raw.type, row), ...(answers !== "" && { answers }) };
      }
    }
  };
}
