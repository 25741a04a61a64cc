import type { Block, MediaBlock, Row } from "./conversation.js";
import { decodedBytes, imageFacts } from "./image.js";
import { documentFacts } from "./pdf.js";

/** Kinds of file that no provider takes, or that a host cannot hand over. */
const REFUSED_MIME = /^(application\/octet-stream|image\/(bmp|tiff|svg\+xml))$/i;
/** Files that go as texts, where they go at all. */
export function isTextFile(mime: string): boolean {
  return /^text\//i.test(mime);
}

/** What is attached to a piece of a request. */
export function mediaIn(block: Block): readonly MediaBlock[] {
  if (block.kind === "media") return [block];
  return block.kind === "result" ? (block.media ?? []) : [];
}

/** The words of a text file by its `data:` URL in base64; undefined for any other. */
export function textOfUrl(url: unknown): string | undefined {
  const data = typeof url === "string" ? /^data:[^,]*;base64,(.*)$/is.exec(url)?.[1] : undefined;
  return data === undefined ? undefined : Buffer.from(data, "base64").toString();
}

/** An attachment by its URL: `data:` is measured, `http(s):` is left to the provider. What is no URL is taken for base64. */
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

/** An attachment by its base64 data. */
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

/** The same `data:` URL with another type. */
export function relabelUrl(url: string, type: string): string {
  return url.replace(/^data:[^;,]*/i, `data:${type}`);
}
