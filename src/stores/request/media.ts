import type { Json, MediaBlock, Row } from "../../model/conversation.js";
import { mediaOfBase64, mediaOfUrl } from "../../model/media.js";
import { isObject } from "../../model/text.js";

/** An image or document by any of the wires' ways to hand it over. */
export function mediaBlock(source: Json | undefined, row: Row, image: boolean): MediaBlock {
  if (!isObject(source)) return mediaOfUrl(row, mimeOf(source, image), source);
  if (typeof source.file_id === "string" || source.type === "content")
    return { kind: "media", row, mime: "", bytes: null };
  const mime = typeof source.media_type === "string" ? source.media_type : mimeOf(source.url, image);
  return source.data === undefined && source.url !== undefined
    ? mediaOfUrl(row, mime, source.url)
    : source.type === "text"
      ? { kind: "media", row, mime, bytes: null, ...(!source.data && { problem: "empty-data" }) }
      : mediaOfBase64(row, mime, source.data);
}

function mimeOf(url: Json | undefined, image: boolean): string {
  const declared = typeof url === "string" ? /^data:([^;,]+)/i.exec(url.slice(0, 200))?.[1] : undefined;
  return declared ?? (image ? "image/*" : "");
}

/** Images inside a tool result: Anthropic's and the Responses' lists. */
export function nestedMedia(content: readonly Record<string, Json>[], row: Row): MediaBlock[] {
  return content.flatMap((block, at): MediaBlock[] => {
    const found =
      block.type === "image"
        ? mediaBlock(block.source, row, true)
        : block.type === "input_image" || block.type === "image_url"
          ? mediaBlock(block.image_url, row, true)
          : null;
    return found ? [{ ...found, at }] : [];
  });
}
