import type { JsonObject } from "../../../model/conversation.js";
import { textBlock } from "../../../model/text.js";
import type { Piece } from "../pieces.js";
import { callBlock, first, otherBlock, resultBlock, text, thinkingBlock } from "./blocks.js";

/**
 * A part of a message as OpenTelemetry's conventions for generative AI record it (`gen_ai.input.messages`). A record has
 * no signatures of thinking: they count as there.
 */
export function otelPart(raw: JsonObject): Piece["block"] {
  return (row) => ({ form: text(raw.type), ...blockOf(raw)(row) });
}

function blockOf(raw: JsonObject): Piece["block"] {
  return (row) => {
    switch (raw.type) {
      case "text":
        return textBlock(row, text(raw.content));
      case "reasoning":
        return thinkingBlock(raw.content, row, "signed");
      case "tool_call":
        return callBlock(raw.id, raw.name, raw.arguments, row);
      case "tool_call_response":
        return resultBlock(raw.id, first(raw.response, raw.result), row, true);
      default:
        return otherBlock(raw.type, row);
    }
  };
}
