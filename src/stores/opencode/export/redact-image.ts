import { decodedBytes, imageFacts } from "../../../model/image.js";

type Header = (width: number, height: number) => Buffer;

/** The least of each format that still tells its type and its pixels. */
const HEADERS: Record<string, Header> = {
  "image/png": (width, height) => {
    const header = Buffer.alloc(33);
    header.write("89504e470d0a1a0a0000000d49484452", "hex");
    header.writeUInt32BE(width, 16);
    header.writeUInt32BE(height, 20);
    return header;
  },
  "image/jpeg": (width, height) => {
    const header = Buffer.alloc(31);
    header.write("ffd8ffe000104a46494600010100000100010000ffc0001108", "hex");
    header.writeUInt16BE(height, 25);
    header.writeUInt16BE(width, 27);
    return header;
  },
  "image/gif": (width, height) => {
    const header = Buffer.alloc(13);
    header.write("GIF89a", "latin1");
    header.writeUInt16LE(width, 6);
    header.writeUInt16LE(height, 8);
    return header;
  },
  "image/bmp": (width, height) => {
    const header = Buffer.alloc(26);
    header.write("BM", "latin1");
    header.writeUInt32LE(width, 18);
    header.writeInt32LE(height, 22);
    return header;
  },
  "image/webp": (width, height) => {
    const header = Buffer.alloc(30);
    header.write("RIFF\0\0\0\0WEBPVP8X", "latin1");
    header.writeUIntLE(width - 1, 24, 3);
    header.writeUIntLE(height - 1, 27, 3);
    return header;
  },
  "image/svg+xml": (width, height) => Buffer.from(`<svg width="${width}" height="${height}"></svg>`),
};

/** Cuts the end off an image. */
function beginPixels(bytes: Buffer, type: string, at: number): void {
  if (type === "image/webp") bytes.writeUInt32LE(bytes.length, 4);
  else bytes.write(type === "image/png" ? "IDAT" : "\xff\xda", at, "latin1");
}

/** Base64 of an image of the same type, size and pixels, and no picture; null where the data is none that is known. */
export function blankImage(base64: string): string | null {
  const facts = imageFacts(base64);
  if (!facts) return null;
  const bytes = Buffer.alloc(decodedBytes(base64));
  const { type, width, height } = facts;
  // Where the size cannot be read, the bytes that name the type are all there is to keep.
  const header =
    width && height ? HEADERS[type]?.(width, height) : Buffer.from(base64.slice(0, 16), "base64");
  if (!header) return null;
  header.copy(bytes);
  if (facts.cut) beginPixels(bytes, type, header.length);
  const blank = bytes.toString("base64");
  return JSON.stringify(imageFacts(blank)) === JSON.stringify(facts) ? blank : null;
}
