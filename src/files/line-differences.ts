import { digestOfBytes, type LineOperation } from "./line-write.js";
import type { LineFile, LinePlace } from "./lines.js";

/** The table name of every line, in plans, journals and fingerprints. */
export const LINE = "line";

/** A line on its way back to the file: as it was read, changed, or new. */
export interface LineCell {
  /** The line that it was; undefined for a new one. */
  readonly origin?: LinePlace & { readonly mark?: true };
  /** Its text now, without a line break; undefined where its bytes are as they were. */
  readonly text?: string;
  readonly id: string;
  readonly rules: readonly string[];
}

/** The changes that make the lines of a file those of the list, in the order of the file. `gone`: ids and rules of removed lines. */
export function lineOperations(
  file: LineFile,
  origins: readonly LineCell[],
  now: readonly LineCell[],
  gone: ReadonlyMap<LineCell["origin"], Pick<LineCell, "id" | "rules">>,
  session: string | null,
): LineOperation[] {
  const indexOf = new Map(origins.map(({ origin }, index) => [origin, index]));
  const operations: LineOperation[] = [];
  let next = 0;
  /** The line before in the file has no line break: it is the last one. */
  let isOpen = false;
  const add = (
    kind: LineOperation["kind"],
    cell: Pick<LineCell, "id" | "rules">,
    at: number,
    size: number,
    text: string,
  ) => {
    const before = digestOfBytes(file.bytes(at, size));
    operations.push({ kind, table: LINE, id: cell.id, session, rules: cell.rules, at, size, before, text });
  };
  const removeUntil = (end: number) => {
    for (; next < end; next++) {
      const { origin, id } = origins[next] ?? { id: "" };
      if (origin)
        add(
          "delete",
          gone.get(origin) ?? { id, rules: [] },
          origin.at,
          origin.size + origin.ending.length,
          "",
        );
    }
  };
  for (const cell of now) {
    const index = cell.origin && indexOf.get(cell.origin);
    if (cell.origin && index !== undefined && index >= next) {
      removeUntil(index);
      if (cell.text !== undefined) add("update", cell, cell.origin.at, cell.origin.size, cell.text);
      isOpen = cell.origin.ending === "";
      next = index + 1;
    } else {
      const at = origins[next]?.origin?.at ?? file.size;
      const text =
        cell.text ?? (cell.origin ? file.bytes(cell.origin.at, cell.origin.size).toString("utf8") : "");
      add("insert", cell, at, 0, `${isOpen ? "\n" : ""}${text}\n`);
      isOpen = false;
    }
  }
  removeUntil(origins.length);
  return operations.sort((one, other) => one.at - other.at);
}
