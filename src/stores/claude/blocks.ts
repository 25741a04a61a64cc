import type {
  Block,
  CallBlock,
  Json,
  JsonObject,
  MediaBlock,
  ResultBlock,
  Row,
} from "../../model/conversation.js";
import { mediaOfBase64, mediaOfUrl } from "../../model/media.js";
import { signatureKind } from "../../model/signature.js";
import { blankness, hasLoneSurrogate, inputKind, isObject, textBlock } from "../../model/text.js";
import { isKnownContent } from "../../providers/content.js";
import { pieceRow } from "../line-bench.js";
import { thinkerOf } from "../thinker.js";

/** Texts longer than this are measured and let go, unless they are asked for (UTF-16 units). */
const LONG = 256;

/** The pieces of a message as the Messages API writes them. `model`: whose thinking it is. */
export function blocksIn(content: Json | undefined, model: string, row: Row, full: boolean): Block[] {
  if (typeof content === "string") return [said(row, content, full)];
  if (!Array.isArray(content)) return [];
  return content.flatMap((piece, index) =>
    isObject(piece) ? [blockOf(piece, model, pieceRow(row, index), full)] : [],
  );
}

function blockOf(piece: JsonObject, model: string, row: Row, full: boolean): Block {
  switch (piece.type) {
    case "text":
      return said(row, textOf(piece.text), full);
    case "thinking":
    case "redacted_thinking":
      return thinkingBlock(piece, model, row, full);
    case "tool_use":
      return callBlock(piece, row, full);
    case "tool_result":
      return resultBlock(piece, row, full);
    case "image":
    case "document":
      return isMedia(piece) ? mediaBlock(piece, row) : otherBlock(piece, row);
    default:
      return otherBlock(piece, row);
  }
}

/** False for a document of text or of other pieces, and for a file by its id. */
function isMedia({ source }: JsonObject): boolean {
  return !isObject(source) || !/^(text|content|file)$/.test(textOf(source.type));
}

/** A piece that goes back as it is, such as a call of a tool that ran at the service, or one of an unknown kind. */
function otherBlock({ type }: JsonObject, row: Row): Block {
  const form = textOf(type);
  return { kind: isKnownContent(form, "anthropic") ? "ignored" : "unknown", row, type: form, form };
}

function said(row: Row, text: string, full: boolean): Block {
  const block = textBlock(row, text);
  if (full || text.length <= LONG) return block;
  const { text: _, ...measured } = block;
  return measured;
}

function thinkingBlock(piece: JsonObject, model: string, row: Row, full: boolean): Block {
  const text = textOf(piece.thinking);
  const { signature } = piece;
  return {
    kind: "thinking",
    row,
    length: text.length,
    blank: blankness(text),
    signature:
      piece.type === "redacted_thinking" ? "redacted" : signature === "" ? "empty" : signatureKind(signature),
    model: thinkerOf(model),
    ...((full || text.length <= LONG) && { text }),
  };
}

function callBlock({ id, name, input }: JsonObject, row: Row, full: boolean): CallBlock {
  return {
    kind: "call",
    row,
    id: textOf(id),
    name: textOf(name),
    input: inputKind(input),
    inputEmpty: !isObject(input) || Object.keys(input).length === 0,
    loneSurrogate: hasLoneSurrogate(input),
    ...(full && { arguments: input }),
  };
}

function resultBlock(piece: JsonObject, row: Row, full: boolean): ResultBlock {
  const { content } = piece;
  const list = Array.isArray(content) ? content : [];
  const media: MediaBlock[] = [];
  const texts: string[] = typeof content === "string" ? [content] : [];
  for (const [at, one] of list.entries())
    if (isObject(one)) {
      if ((one.type === "image" || one.type === "document") && isMedia(one))
        media.push({ ...mediaBlock(one, row), at });
      else texts.push(textOf(one.text));
    }
  const text = texts.join("\n");
  return {
    kind: "result",
    row,
    id: textOf(piece.tool_use_id),
    ok: piece.is_error !== true,
    blank: text === "" && media.length === 0,
    loneSurrogate: hasLoneSurrogate(content),
    ...((full || text.length <= LONG) && { text }),
    ...(media.length > 0 && { media }),
  };
}

function mediaBlock({ source }: JsonObject, row: Row): MediaBlock {
  const from = isObject(source) ? source : {};
  if (from.type === "url") return mediaOfUrl(row, "image/*", from.url);
  return mediaOfBase64(row, textOf(from.media_type), from.data);
}

function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}
