import { writeSync } from "node:fs";

/** Writes a text, or bytes, whole. A full disk takes a part first, and fails only at the next write. */
export function writeAll(fd: number, content: string | Uint8Array): void {
  const bytes = typeof content === "string" ? Buffer.from(content, "utf8") : content;
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
}
