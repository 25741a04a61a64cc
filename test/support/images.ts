/** The beginning of a PNG of this size, and as many bytes behind it; base64. */
export function png(width: number, height: number, more = 0): string {
  const head = Buffer.alloc(33 + more);
  head.write("89504e470d0a1a0a0000000d49484452", "hex");
  head.writeUInt32BE(width, 16);
  head.writeUInt32BE(height, 20);
  return head.toString("base64");
}

/** A JPEG of 640 x `height` whose size stands behind as many segments of 50 KB; base64. */
export function jpeg(height = 480, segments = 0): string {
  const size = Buffer.from("ffc000110801e0028003011100", "hex");
  size.writeUInt16BE(height, 5);
  const segment = Buffer.concat([Buffer.from("ffe1c350", "hex"), Buffer.alloc(0xc34e)]);
  const begin = segments > 0 ? "ffd8" : "ffd8ffe000104a46494600010100000100010000";
  return Buffer.concat([Buffer.from(begin, "hex"), ...Array(segments).fill(segment), size]).toString(
    "base64",
  );
}
