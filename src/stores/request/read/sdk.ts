import type { Block, Json, JsonObject, Row } from "../../../model/conversation.js";
import { isObject, textBlock, wordOf } from "../../../model/text.js";
import type { Item } from "../item.js";
import type { Piece } from "../pieces.js";
import { callBlock, first, otherBlock, resultBlock, text, thinkingBlock } from "./blocks.js";

/** A part of the AI SDK's ModelMessage. `isOver`: a prompt follows its message. */
export function sdkBlock(raw: JsonObject, item: Item, isOver: boolean): Piece["block"] {
  return (row) => {
    switch (raw.type) {
      case "text":
        return isLeftOut(raw, item) ? otherBlock(raw.type, row) : textBlock(row, text(raw.text));
      case "reasoning":
        return thinkingBlock(raw.text, row, sdkSignature(raw.providerOptions));
      case "tool-call":
        return {
          ...callBlock(raw.toolCallId, raw.toolName, first(raw.input, raw.args), row),
          exempt: raw.providerExecuted === true || waitsForApproval(raw, item, isOver),
        };
      case "tool-result":
        // In an assistant message it answers a call that ran at the provider.
        return item.raw.role === "tool" ? sdkResult(raw, row) : otherBlock("tool-result", row);
      default:
        return otherBlock(raw.type, row);
    }
  };
}

/** The SDK sends no empty text without options; a message that would be empty then stays as it is here. */
function isLeftOut(part: JsonObject, { lists }: Item): boolean {
  const isEmpty = (raw: Json) =>
    isObject(raw) && raw.type === "text" && raw.text === "" && (raw.providerOptions ?? null) === null;
  return isEmpty(part) && !(lists.content ?? []).every(({ raw }) => isEmpty(raw));
}

/** The SDK asks for the results of calls as soon as another prompt follows. */
function waitsForApproval(call: JsonObject, { lists }: Item, isOver: boolean): boolean {
  if (isOver) return false;
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
  const type = isObject(output) ? wordOf(output.type) : "";
  const said = isObject(output) && "value" in output ? output.value : output;
  return resultBlock(raw.toolCallId, said, row, !type.startsWith("error"));
}
