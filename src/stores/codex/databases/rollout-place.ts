import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { parseJson } from "../../../model/json.js";
import { asNumber, isObject } from "../../../model/text.js";

/** Bytes that are read before a place at first; more where a line is longer. */
const CHUNK = 1 << 16;
const MOST = 1 << 26;

/**
 * The number that a row behind this place of a rollout has to have: one more than the last number before it. Null where
 * the place is not between two lines of the file, or no numbered row stands before it. `end`: the end of the file.
 */
export function nextNumberAt(path: string, at: number | "end"): number | null {
  const file = openSync(path, "r");
  try {
    const { size: whole } = fstatSync(file);
    const place = at === "end" ? whole : at;
    if (place > whole) return null;
    for (let size = Math.min(CHUNK, place); ; size = Math.min(size * 4, place)) {
      const bytes = Buffer.alloc(size);
      readSync(file, bytes, 0, size, place - size);
      if (bytes.at(-1) !== 10) return null;
      const last = lastNumberIn(bytes, size === place);
      if (last !== null) return last + 1;
      if (size === place || size >= MOST) return null;
    }
  } finally {
    closeSync(file);
  }
}

/** The number of the last row that is whole in these bytes. `isStart`: the bytes begin where the file does. */
function lastNumberIn(bytes: Buffer, isStart: boolean): number | null {
  const lines = bytes.toString("utf8").split("\n").slice(0, -1);
  for (const line of (isStart ? lines : lines.slice(1)).reverse()) {
    const row = parseJson(line);
    const ordinal = isObject(row) ? asNumber(row.ordinal) : undefined;
    if (ordinal !== undefined) return ordinal;
  }
  return null;
}
