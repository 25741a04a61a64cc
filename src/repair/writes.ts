import type { LineOperation } from "../files/line-write.js";
import type { Operation } from "../files/rows.js";

/** A change of a database's row, or of a file's line. */
export type AnyOperation = Operation | LineOperation;

/** A kind of change: of a plan, or, turned round, of a journal. */
export interface Write {
  readonly kind: AnyOperation["kind"];
  readonly table: string;
  /** The columns that are written, but for that of the JSON. */
  readonly columns: readonly string[];
  /** True if an update also changes the row's JSON. */
  readonly edits?: true;
}

/** A kind of change, and the number of rows, or lines, that change so. */
export interface Writes extends Write {
  readonly rows: number;
}

function writeOf(operation: AnyOperation): Write {
  const { kind, table } = operation;
  if ("values" in operation) return { kind, table, columns: Object.keys(operation.values) };
  if (!("edits" in operation)) return { kind, table, columns: [] };
  return {
    kind,
    table,
    columns: Object.keys(operation.columns),
    ...(operation.edits.length > 0 && { edits: true }),
  };
}

/** The kinds of these changes, each once. */
export function countWrites(operations: readonly AnyOperation[]): Writes[] {
  const counted = new Map<string, Writes>();
  for (const operation of operations) {
    const write = writeOf(operation);
    const key = JSON.stringify(write);
    counted.set(key, { ...write, rows: (counted.get(key)?.rows ?? 0) + 1 });
  }
  return [...counted.values()];
}
