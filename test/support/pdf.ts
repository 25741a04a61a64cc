import { deflateSync } from "node:zlib";

/** A PDF of so many empty pages; `packed`: its page tree stands in a compressed stream; base64. */
export function pdf(pages: number, { packed = false, locked = false } = {}): string {
  const kids = Array.from({ length: pages }, (_, at) => `${at + 10} 0 R`).join(" ");
  const tree = `<</Type /Pages /Resources <</Font <</F1 1 0 R>>>> /Kids [${kids}] /Count ${pages}>>`;
  const objects = packed ? stream(tree) : Buffer.from(`2 0 obj\n${tree}\nendobj\n`, "latin1");
  return Buffer.concat([
    Buffer.from("%PDF-1.5\n1 0 obj\n<</Type /Catalog /Pages 2 0 R>>\nendobj\n", "latin1"),
    objects,
    Buffer.from(`trailer\n<</Size 5 /Root 1 0 R${locked ? " /Encrypt 9 0 R" : ""}>>\n%%EOF\n`, "latin1"),
  ]).toString("base64");
}

function stream(objects: string): Buffer {
  const packed = deflateSync(Buffer.from(`2 0 ${objects}`, "latin1"));
  const head = `4 0 obj\n<</Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length ${packed.length}>>\nstream\n`;
  return Buffer.concat([Buffer.from(head, "latin1"), packed, Buffer.from("\nendstream\nendobj\n", "latin1")]);
}
