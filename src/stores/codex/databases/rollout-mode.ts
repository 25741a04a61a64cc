import { closeSync, openSync, readSync } from "node:fs";
import { parseJson } from "../../../model/json.js";
import { isObject } from "../../../model/text.js";

/** Bytes in which the first rows of a rollout are looked for. */
const BEGINNING = 1 << 18;

/** True where Codex keeps a list of the rollout's turns: its first line says so, or its rows are numbered. */
export function isPaginatedRollout(path: string): boolean {
  const rows = firstRows(path);
  const meta = rows.find(({ type }) => type === "session_meta")?.payload;
  const mode = isObject(meta) ? meta.history_mode : undefined;
  return mode === undefined ? rows.some(({ ordinal }) => typeof ordinal === "number") : mode === "paginated";
}

function firstRows(path: string) {
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(BEGINNING);
    const text = bytes.toString("utf8", 0, readSync(file, bytes));
    return text.split("\n").map(parseJson).filter(isObject);
  } finally {
    closeSync(file);
  }
}
