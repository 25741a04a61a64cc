import { createRequire } from "node:module";
import type { imageSize } from "image-size";
import type { ImageFacts } from "./conversation.js";

/** Base64 characters that hold the header of nearly every image. A JPEG may have its size further on. */
const HEAD = 65_536;
/** The first bytes of each image type that hosts and providers send; used if the header holds no size. */
const SIGNATURES: readonly [RegExp, string][] = [
  [/^\x89PNG/, "image/png"],
  [/^\xff\xd8\xff/, "image/jpeg"],
  [/^GIF8/, "image/gif"],
  [/^RIFF....WEBP/s, "image/webp"],
];
const NAMES: Readonly<Record<string, string>> = { jpg: "jpeg", svg: "svg+xml" };

let measure: typeof imageSize | undefined;

/** The number of bytes that a base64 text decodes to. */
export function decodedBytes(base64: string): number {
  const tail = base64.slice(-8);
  const text = tail.trimEnd();
  let end = text.length;
  while (text[end - 1] === "=") end--;
  return Math.floor(((base64.length - tail.length + end) * 3) / 4);
}

/** Reads type and sides from the first bytes of an image; null if they begin no known image type. */
export function imageFacts(base64: string): ImageFacts | null {
  const head = Buffer.from(base64.slice(0, HEAD), "base64");
  const type = SIGNATURES.find(([begin]) => begin.test(head.toString("latin1", 0, 16)))?.[1];
  const isLong = type === "image/jpeg" && base64.length > HEAD;
  const found = sizeIn(head) ?? (isLong ? sizeIn(Buffer.from(base64, "base64")) : null) ?? (type && { type });
  if (!found) return null;
  return isCut(found.type, base64, head) ? { ...found, cut: true } : found;
}

/** The bytes that begin the pixels of an image, and those that end it. */
const PIXELS: Readonly<Record<string, { begin: string; end: string }>> = {
  "image/png": { begin: "IDAT", end: "IEND" },
  "image/jpeg": { begin: "\xff\xda", end: "\xff\xd9" },
};
/**
 * The number of base64 characters, a multiple of four, that are searched for the end of an image. Some programs write
 * more data after the end.
 */
const TAIL = 4096;

/** True if the pixels begin and their end is missing, so that nobody can decode the image whole. */
function isCut(type: string, base64: string, head: Buffer): boolean {
  if (type === "image/webp") return head.length >= 8 && decodedBytes(base64) < head.readUInt32LE(4) + 8;
  const mark = PIXELS[type];
  if (!mark || !head.includes(mark.begin, 0, "latin1")) return false;
  const tail = base64.slice(Math.max(0, Math.floor((base64.length - TAIL) / 4) * 4));
  return !holds(tail, mark.end) && !(tail.length < base64.length && holds(base64, mark.end));
}

function holds(base64: string, bytes: string): boolean {
  return Buffer.from(base64, "base64").includes(bytes, 0, "latin1");
}

function sizeIn(bytes: Buffer): ImageFacts | null {
  // The package is loaded with the first image, as most files hold none.
  measure ??= (createRequire(import.meta.url)("image-size") as { imageSize: typeof imageSize }).imageSize;
  try {
    const { type, width, height } = measure(bytes);
    const whole = [width, height].every((side) => Number.isInteger(side) && side > 0);
    return type && whole ? { type: `image/${NAMES[type] ?? type}`, width, height } : null;
  } catch {
    return null;
  }
}
