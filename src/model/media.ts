import type { Block, MediaBlock, Row } from "./conversation.js";
import { decodedBytes, imageFacts } from "./image.js";
import { documentFacts } from "./pdf.js";

/** File types that no provider accepts, or that a host cannot send. */
const REFUSED_MIME = /^(application\/octet-stream|image\/(bmp|tiff|svg\+xml))$/i;
/** True for file types that are sent as text. */
export function isTextFile(mime: string): boolean {
  return /^text\//i.test(mime);
}

/** The attachments in a piece of a request. */
export function mediaIn(block: Block): readonly MediaBlock[] {
  if (block.kind === "media") return [block];
  return block.kind === "result" ? (block.media ?? []) : [];
}

/** The text of a base64 `data:` URL; undefined for any other URL. */
export function textOfUrl(url: unknown): string | undefined {
  const data = typeof url === "string" ? /^data:[^,]*;base64,(.*)$/is.exec(url)?.[1] : undefined;
  return data === undefined ? undefined : Buffer.from(data, "base64").toString();
}

/** Reads an attachment from its URL. A value without a scheme is taken for base64 data; `http(s):` is not fetched. */
export function mediaOfUrl(row: Row, mime: string, url: unknown, at?: number): MediaBlock {
  const block = { kind: "media" as const, row, mime, bytes: null, ...(at !== undefined && { at }) };
  if (typeof url !== "string" || url === "") return { ...block, problem: "no-url" };
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase();
  if (scheme === undefined) return mediaOfData(block, url, true);
  if (scheme === "http" || scheme === "https") return { ...block, isUrl: true };
  if (scheme !== "data") return { ...block, problem: "unreadable-scheme" };
  const comma = url.indexOf(",");
  if (comma < 0) return { ...block, problem: "empty-data" };
  const isBase64 = /;base64$/i.test(url.slice(0, Math.min(comma, 200)));
  return mediaOfData(block, url.slice(comma + 1), isBase64);
}

/** Reads an attachment from its base64 data. */
export function mediaOfBase64(row: Row, mime: string, data: unknown, at?: number): MediaBlock {
  const block = { kind: "media" as const, row, mime, bytes: null, ...(at !== undefined && { at }) };
  return mediaOfData(block, typeof data === "string" ? data : "", true);
}

function mediaOfData(block: MediaBlock, body: string, isBase64: boolean): MediaBlock {
  const { mime } = block;
  if (body === "") return { ...block, problem: "empty-data" };
  if (isBase64 && !/^[\w+/\s-]*(?:=+\s*)?$/.test(body.slice(0, 4096)))
    return { ...block, problem: "broken-base64" };
  if (REFUSED_MIME.test(mime)) return { ...block, problem: "refused-type" };
  if (!isBase64 || isTextFile(mime)) return block;
  const measured = { ...block, bytes: decodedBytes(body) };
  if (/^application\/pdf$/i.test(mime)) return { ...measured, document: documentFacts(body) };
  return /^image\//i.test(mime) ? { ...measured, image: imageFacts(body) } : measured;
}

/** Returns the `data:` URL with another type. */
export function relabelUrl(url: string, type: string): string {
  return url.replace(/^data:[^;,]*/i, `data:${type}`);
}
