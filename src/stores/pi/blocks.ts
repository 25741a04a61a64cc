import type {
  Block,
  CallBlock,
  Json,
  JsonObject,
  MediaBlock,
  ResultBlock,
  Row,
} from "../../model/conversation.js";
import { parseJson } from "../../model/json.js";
import { mediaOfBase64 } from "../../model/media.js";
import { signatureKind } from "../../model/signature.js";
import { blankness, hasLoneSurrogate, inputKind, isObject, textBlock, wordOf } from "../../model/text.js";
import { pieceRow } from "../line-bench.js";
import { thinkerOf } from "../thinker.js";

/** Texts longer than this are measured and let go, unless they are asked for (UTF-16 units). */
const LONG = 256;

/** The pieces of a user message, or of what an extension says. */
export function userBlocks(content: Json, row: Row, full: boolean): Block[] {
  if (typeof content === "string") return [said(row, content, full)];
  return piecesOf(content, row, (piece, own) => {
    if (piece.type === "text") return said(own, textOf(piece.text), full);
    return mediaOfBase64(own, textOf(piece.mimeType), piece.data);
  });
}

/** The pieces of an answer. `model`: whose thinking it is. */
export function assistantBlocks(content: Json, model: string, row: Row, full: boolean): Block[] {
  return piecesOf(content, row, (piece, own) => {
    switch (piece.type) {
      case "text":
        return said(own, textOf(piece.text), full);
      case "thinking":
        return thinkingBlock(piece, model, own, full);
      case "toolCall":
        return callBlock(piece, own, full);
      default:
        return { kind: "ignored", row: own, type: wordOf(piece.type) };
    }
  });
}

export function resultBlock(message: JsonObject, row: Row, full: boolean): ResultBlock {
  const list = Array.isArray(message.content) ? message.content : [];
  const media: MediaBlock[] = [];
  const texts: string[] = [];
  for (const [at, piece] of list.entries())
    if (isObject(piece)) {
      if (piece.type === "image") media.push(mediaOfBase64(row, textOf(piece.mimeType), piece.data, at));
      else texts.push(textOf(piece.text));
    }
  const text = texts.join("\n");
  return {
    kind: "result",
    row,
    id: textOf(message.toolCallId),
    name: textOf(message.toolName),
    ok: message.isError !== true,
    blank: text === "" && media.length === 0,
    ...((full || text.length <= LONG) && { text }),
    ...(media.length > 0 && { media }),
  };
}

function piecesOf(content: Json, row: Row, blockOf: (piece: JsonObject, row: Row) => Block): Block[] {
  if (!Array.isArray(content)) return [];
  return content.flatMap((piece, index) => (isObject(piece) ? [blockOf(piece, pieceRow(row, index))] : []));
}

function said(row: Row, text: string, full: boolean): Block {
  const block = textBlock(row, text);
  if (full || text.length <= LONG) return block;
  const { text: _, ...measured } = block;
  return measured;
}

/** OpenAI's items stand in the signature as JSON. */
function thinkingBlock(piece: JsonObject, model: string, row: Row, full: boolean): Block {
  const text = textOf(piece.thinking);
  const item = parseJson(piece.thinkingSignature);
  const itemId = isObject(item) && typeof item.id === "string" ? item.id : undefined;
  return {
    kind: "thinking",
    row,
    length: text.length,
    blank: blankness(text),
    signature: piece.redacted === true ? "redacted" : signatureKind(piece.thinkingSignature),
    model: thinkerOf(model),
    ...(itemId !== undefined && { itemId }),
    ...((full || text.length <= LONG) && { text }),
  };
}

function callBlock(piece: JsonObject, row: Row, full: boolean): CallBlock {
  const { arguments: input } = piece;
  return {
    kind: "call",
    row,
    id: textOf(piece.id),
    name: textOf(piece.name),
    input: inputKind(input),
    inputEmpty: !isObject(input) || Object.keys(input).length === 0,
    loneSurrogate: hasLoneSurrogate(input),
    ...(full && { arguments: input }),
  };
}

function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}
