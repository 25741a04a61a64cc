import type { Json, JsonObject, MediaBlock, Row } from "../../model/conversation.js";
import { mediaOfBase64, mediaOfUrl } from "../../model/media.js";
import { isObject } from "../../model/text.js";

/** An image or document by any of the wires' ways to hand it over. */
export function mediaBlock(source: Json | undefined, row: Row, image: boolean): MediaBlock {
  return { ...mediaOf(source, row, image), as: image ? "image" : "file" };
}

function mediaOf(source: Json | undefined, row: Row, image: boolean): MediaBlock {
  if (!isObject(source)) return mediaOfUrl(row, mimeOf(source, image), source);
  const { file_id, file_data, file_url, url, data, media_type, type } = source;
  // The file lies elsewhere: its content is unknown.
  if (typeof file_id === "string" || type === "content") return { kind: "media", row, mime: "", bytes: null };
  if (typeof file_data === "string") return mediaOfUrl(row, mimeOf(file_data, image), file_data);
  if (typeof file_url === "string") return mediaOfUrl(row, "", file_url);
  const mime = typeof media_type === "string" ? media_type : mimeOf(url, image);
  if (data === undefined && url !== undefined) return mediaOfUrl(row, mime, url);
  if (type === "text")
    return { kind: "media", row, mime, bytes: null, ...(!data && { problem: "empty-data" }) };
  return mediaOfBase64(row, mime, data);
}

function mimeOf(url: Json | undefined, image: boolean): string {
  const declared = typeof url === "string" ? /^data:([^;,]+)/i.exec(url.slice(0, 200))?.[1] : undefined;
  return declared ?? (image ? "image/*" : "");
}

/** Images and documents inside a tool result: Anthropic's, Chat's and the Responses' lists. */
export function nestedMedia(content: readonly JsonObject[], row: Row): MediaBlock[] {
  return content.flatMap((block, at): MediaBlock[] => {
    const found = nestedIn(block, row);
    return found ? [{ ...found, at }] : [];
  });
}

function nestedIn(block: JsonObject, row: Row): MediaBlock | null {
  const { type, source, image_url: url, file_id } = block;
  switch (type) {
    case "image":
    case "document":
      return mediaBlock(source, row, type === "image");
    case "input_image":
    case "image_url":
      return mediaBlock(typeof file_id === "string" ? block : url, row, true);
    case "input_file":
      return mediaBlock(block, row, false);
    default:
      return null;
  }
}
