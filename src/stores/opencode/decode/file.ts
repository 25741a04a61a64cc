import type { Json, JsonObject, MediaBlock, Row } from "../../../model/conversation.js";
import { isTextFile, mediaOfUrl, textOfUrl } from "../../../model/media.js";
import { asString, isObject } from "../../../model/text.js";

/** A file, which the AI SDK knows by the type in its `data:` URL, where it has one. `at`: its place in the row's list. */
export function fileOf(row: Row, data: JsonObject, at?: number): MediaBlock {
  const label = asString(data.mime) ?? "";
  const mime = typeInUrl(data.url) ?? label;
  const name = asString(data.filename);
  const text = isTextFile(mime) ? textOfUrl(data.url) : undefined;
  return {
    ...mediaOfUrl(row, mime, data.url, at),
    ...(mime !== label && { label }),
    ...(name !== undefined && { name }),
    ...(name?.isWellFormed() === false && { loneSurrogate: true }),
    ...(text !== undefined && { text }),
    ...(/^data:[^,]*,/.test(asString(data.url)?.slice(0, LONGEST_HEADER) ?? "") && { inline: true }),
    ...(!isReadable(data.url) && { unfetchable: true }),
    ...(at === undefined && isTold(label) && { isTold: true }),
  };
}

/** opencode turns text files and folders into texts when they are attached. */
function isTold(label: string): boolean {
  return label === "text/plain" || label === "application/x-directory";
}

/** Of a `data:` URL, in characters. */
const LONGEST_HEADER = 1000;

/** Attachments of a completed tool, as they are sent. */
export function attachmentsOf(row: Row, state: JsonObject): MediaBlock[] {
  if (!Array.isArray(state.attachments) || state.status !== "completed" || isCleared(state)) return [];
  return state.attachments.flatMap((file, at) => (isObject(file) ? fileOf(row, file, at) : []));
}

/** True if an attachment lacks a key that the host reads. */
export function hasBrokenFiles(state: JsonObject): boolean {
  const { attachments } = state;
  if (attachments === undefined || attachments === null || isCleared(state)) return false;
  const isWhole = (file: Json) =>
    isObject(file) && typeof file.mime === "string" && typeof file.url === "string";
  return !Array.isArray(attachments) || !attachments.every(isWhole);
}

/** A result that the host has cleared is sent as a note, without its output and attachments. */
export function isCleared({ time }: JsonObject): boolean {
  return isObject(time) && Boolean(time.compacted);
}

/** The type that a `data:` URL names. Case matters: `IMAGE/PNG` is not `image/png`. `image/*` is sent as a JPEG. */
function typeInUrl(url: Json | undefined): string | undefined {
  const header = typeof url === "string" ? /^data:([^,]*)/i.exec(url)?.[1] : undefined;
  const type = header?.split(";")[0];
  return type === "image/*" ? "image/jpeg" : type;
}

/**
 * The number of base64 characters that are checked at the begin; a few at the end follow. Cut or wrapped data shows
 * there.
 */
const HEAD = 4096;
const END = 8;

/** True if the host's own fetch reads the URL, as far as that shows without a network. */
function isReadable(url: Json | undefined): boolean {
  if (typeof url !== "string" || !/^data:/i.test(url)) return true;
  const comma = url.indexOf(",");
  if (comma < 0) return false;
  if (!url.slice(0, comma).endsWith(";base64")) return true;
  const body = url.slice(comma + 1).trimEnd();
  const whole = /[\t\n\r]/.test(body) ? body.replace(/[\t\n\r]/g, "") : body;
  const data = whole.includes("%") ? unescaped(whole) : whole;
  return isBase64(data.slice(0, HEAD), data.slice(-END), data.length);
}

/** Padding may be left out of three characters, not of two. */
function isBase64(head: string, end: string, length: number): boolean {
  const padding = /=*$/.exec(end)?.[0].length ?? 0;
  const isWhole = length % 4 === 0 ? padding <= 2 : length % 4 === 3 && padding === 0;
  const letters = /^[A-Za-z0-9+/_-]*=*$/;
  return isWhole && letters.test(head) && letters.test(end);
}

function unescaped(text: string): string {
  return text.replace(/%([0-9A-Fa-f]{2})/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}
