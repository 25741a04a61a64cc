import { deflateRawSync, inflateRawSync } from "node:zlib";

/** A value as compressed JSON, outside of the JavaScript heap: plain data that threads can exchange. */
export interface Packed {
  readonly bytes: Uint8Array;
  /** Of the JSON, in bytes. */
  readonly size: number;
}

/** Many small values are packed: a window of 8 KiB takes a quarter of the memory of zlib's usual one. */
const WINDOW = { windowBits: 13, memLevel: 6 };
/** Bytes; zlib takes no smaller buffer. */
const LEAST = 64;

export function packed(value: unknown): Packed {
  const json = Buffer.from(JSON.stringify(value));
  const deflated = deflateRawSync(json, { ...WINDOW, level: 1, chunkSize: json.length + LEAST });
  // Copied, because the result of zlib keeps a larger buffer alive.
  return { bytes: new Uint8Array(deflated), size: json.length };
}

export function unpacked({ bytes, size }: Packed): unknown {
  // One byte more than is needed: zlib makes another buffer where the first one is full.
  const json = inflateRawSync(bytes, { ...WINDOW, chunkSize: Math.max(size + 1, LEAST) });
  return JSON.parse(json.toString());
}
