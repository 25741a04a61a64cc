import { inflateSync } from "node:zlib";

/** Facts read from the bytes of a document. */
export interface DocumentFacts {
  readonly isPdf: boolean;
  /** Absent where the bytes do not tell. */
  readonly pages?: number;
  /** Only a password opens it. */
  readonly locked?: true;
}

/** The header of a PDF must begin within this number of bytes. */
const HEAD = 1024;
/** Bytes of an object stream, opened. */
const MAX_STREAM = 64 * 1024 * 1024;
/** Streams that hold objects, of which the tree of pages may be one. */
const OBJECT_STREAM = /\/Type\s*\/ObjStm\b[\s\S]{0,400}?stream\r?\n/g;

/** Reads from the bytes of a document whether it is a PDF, how many pages it has, and whether it is locked. */
export function documentFacts(base64: string): DocumentFacts {
  const bytes = Buffer.from(base64, "base64");
  if (!bytes.toString("latin1", 0, HEAD).includes("%PDF-")) return { isPdf: false };
  const text = bytes.toString("latin1");
  const pages = Math.max(...[text, ...objectStreams(text, bytes)].map(pagesIn));
  return {
    isPdf: true,
    ...(pages > 0 && { pages }),
    ...(/\/Encrypt\s+\d+\s+\d+\s+R/.test(text) && { locked: true as const }),
  };
}

/** The largest count that a node of the page tree gives: the root's. 0 where the text holds none. */
function pagesIn(text: string): number {
  const nodes = [...text.matchAll(/\/Type\s*\/Pages\b/g)];
  return Math.max(
    0,
    ...nodes.map(({ index }) => Number(/\/Count\s+(\d+)/.exec(dictionaryAt(text, index))?.[1] ?? 0)),
  );
}

/** The innermost dictionary around a place. */
function dictionaryAt(text: string, place: number): string {
  let start = place;
  for (let depth = 0; start > 0; start--) {
    const pair = text.slice(start - 2, start);
    if (pair === "<<" && depth-- === 0) break;
    if (pair === ">>") depth++;
    if (pair === "<<" || pair === ">>") start--;
  }
  let end = place;
  for (let depth = 0; end < text.length; end++) {
    const pair = text.slice(end, end + 2);
    if (pair === ">>" && depth-- === 0) break;
    if (pair === "<<") depth++;
    if (pair === "<<" || pair === ">>") end++;
  }
  return text.slice(start, end);
}

/** The objects that are kept compressed; a stream that cannot be opened is left out. */
function objectStreams(text: string, bytes: Buffer): string[] {
  return [...text.matchAll(OBJECT_STREAM)].flatMap((found) => {
    const start = found.index + found[0].length;
    const end = text.indexOf("endstream", start);
    try {
      return [
        inflateSync(bytes.subarray(start, end < 0 ? undefined : end), {
          maxOutputLength: MAX_STREAM,
        }).toString("latin1"),
      ];
    } catch {
      return [];
    }
  });
}
