import { createRequire } from "node:module";
import type { imageSize } from "image-size";
import type { ImageFacts } from "./conversation.js";

/** Base64 characters in which nearly every header ends; a JPEG may carry more before its size. */
const HEAD = 65_536;
/** How the kinds of image that hosts and providers send begin; read where the size cannot be. */
const SIGNATURES: readonly [RegExp, string][] = [
  [/^\x89PNG/, "image/png"],
  [/^\xff\xd8\xff/, "image/jpeg"],
  [/^GIF8/, "image/gif"],
  [/^RIFF....WEBP/s, "image/webp"],
];
const NAMES: Readonly<Record<string, string>> = { jpg: "jpeg", svg: "svg+xml" };

let measure: typeof imageSize | undefined;

/** Bytes behind base64 text. */
export function decodedBytes(base64: string): number {
  const tail = base64.slice(-8);
  const text = tail.trimEnd();
  let end = text.length;
  while (text[end - 1] === "=") end--;
  return Math.floor(((base64.length - tail.length + end) * 3) / 4);
}

/** What the first bytes of an image say; null where they begin no image that is known. */
export function imageFacts(base64: string): ImageFacts | null {
  const head = Buffer.from(base64.slice(0, HEAD), "base64");
  const type = SIGNATURES.find(([begin]) => begin.test(head.toString("latin1", 0, 16)))?.[1];
  const isLong = type === "image/jpeg" && base64.length > HEAD;
  const found = sizeIn(head) ?? (isLong ? sizeIn(Buffer.from(base64, "base64")) : null);
  if (found) return found;
  return type ? { type } : null;
}

function sizeIn(bytes: Buffer): ImageFacts | null {
  // Loaded with the first image: most files have none.
  measure ??= (createRequire(import.meta.url)("image-size") as { imageSize: typeof imageSize }).imageSize;
  try {
    const { type, width, height } = measure(bytes);
    const whole = [width, height].every((side) => Number.isInteger(side) && side > 0);
    return type && whole ? { type: `image/${NAMES[type] ?? type}`, width, height } : null;
  } catch {
    return null;
  }
}
