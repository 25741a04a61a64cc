import type { Block, Json, JsonObject, MediaBlock, Row } from "../../../model/conversation.js";
import { mediaOfBase64 } from "../../../model/media.js";
import { isObject, textBlock } from "../../../model/text.js";
import { isKnownContent } from "../../../providers/content.js";
import type { Piece } from "../pieces.js";
import { callBlock, otherBlock, resultBlock, text, thinkingBlock } from "./blocks.js";

/** The one key that says what kind a block of Bedrock Converse is. */
export function converseKind(raw: JsonObject): string | undefined {
  return Object.keys(raw).find((key) => isKnownContent(key, "converse")) ?? Object.keys(raw)[0];
}

/** A block of Bedrock Converse: a union, in which the one key that is there names the kind. */
export function converseBlock(raw: JsonObject): Piece["block"] {
  return (row) => ({ ...blockOf(raw, row), form: converseKind(raw) ?? "" });
}

function blockOf(raw: JsonObject, row: Row): Block {
  const { toolUse, toolResult, reasoningContent } = raw;
  if (typeof raw.text === "string") return textBlock(row, raw.text);
  if (isObject(toolUse)) return callBlock(toolUse.toolUseId, toolUse.name, toolUse.input, row);
  if (isObject(toolResult))
    return {
      ...resultBlock(toolResult.toolUseId, toolResult.content, row, toolResult.status !== "error"),
      ...mediaInside(toolResult.content, row),
    };
  if (isObject(reasoningContent)) {
    const { reasoningText } = reasoningContent;
    if (!isObject(reasoningText)) return thinkingBlock("-", row, "redacted");
    return thinkingBlock(reasoningText.text, row, text(reasoningText.signature) ? "signed" : "none");
  }
  return mediaOf(raw, row) ?? otherBlock(converseKind(raw), row);
}

function mediaInside(content: Json | undefined, row: Row): { media?: MediaBlock[] } {
  const media = (Array.isArray(content) ? content.filter(isObject) : []).flatMap((piece, at) => {
    const found = mediaOf(piece, row);
    return found ? [{ ...found, at }] : [];
  });
  return media.length > 0 ? { media } : {};
}

function mediaOf({ image, document }: JsonObject, row: Row): MediaBlock | null {
  const file = isObject(image) ? image : isObject(document) ? document : null;
  if (!file) return null;
  const format = text(file.format);
  const mime = isObject(image) ? `image/${format}` : format === "pdf" ? "application/pdf" : `text/${format}`;
  const { bytes } = isObject(file.source) ? file.source : {};
  return typeof bytes === "string"
    ? mediaOfBase64(row, mime, bytes)
    : { kind: "media", row, mime, bytes: null };
}
