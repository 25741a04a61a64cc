import { writeSync } from "node:fs";

/** Writes a text whole. A full disk takes a part first, and fails only at the next write. */
export function writeAll(fd: number, text: string): void {
  const bytes = Buffer.from(text, "utf8");
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
}
