import type { Json } from "../model/conversation.js";
import { parseJson, valueAt } from "../model/json.js";
import { isObject } from "../model/text.js";
import { type Cell, type Cells, type Change, type Edit, encodeCell } from "./rows.js";
import type { Table } from "./tables.js";

/** Paths whose values are never a text of the user or the model. */
const PLAIN_PATH =
  /^\$\.(type|role|tool|callID|reason|finish|parentID|agent|mode|providerID|modelID|model|cost|tokens|time|error\.name|state\.(status|time|metadata\.interrupted))\b/;
/** Objects with plain values in them and others. */
const MIXED = new Set(["$.error", "$.state", "$.state.metadata"]);
const PLAIN_COLUMN = /^(time_\w+|\w+_at|\w+_id|id|position|version|directory|status|role)$/;
/** Damaged rows may hold any text there. */
const PLAIN_TEXT = /^[\w.:/-]{1,80}$/;

export function isPlainPath(path: string): boolean {
  return PLAIN_PATH.test(path);
}

/** The changes of a row that hold nothing of the user or the model. `content`: the column of its JSON. */
export function plainChanges(
  content: string | undefined,
  before: Cells,
  after: Cells,
  edits: readonly Edit[],
): Change[] {
  const columns = Object.keys(after)
    .filter((name) => PLAIN_COLUMN.test(name))
    .map((name) => changeOf(name, scalarOf(before[name]), scalarOf(after[name])));
  const paths = edits.flatMap((edit) => ("set" in edit ? [edit.set] : "unset" in edit ? [edit.unset] : []));
  const inContent = content === undefined ? [] : changesIn(paths, before[content], after[content]);
  return [...columns, ...inContent].filter(({ from, to }) => from !== to);
}

function changesIn(paths: readonly string[], before: Cell | undefined, after: Cell | undefined): Change[] {
  if (!paths.some((path) => isPlainPath(path) || MIXED.has(path))) return [];
  const [old, now] = [parseJson(before), parseJson(after)];
  const found = new Map<string, Change>();
  for (const path of paths)
    for (const leaf of new Set([...leavesAt(path, old), ...leavesAt(path, now)]))
      if (isPlainPath(leaf))
        found.set(leaf, changeOf(leaf, plainValue(at(old, leaf)), plainValue(at(now, leaf))));
  return [...found.values()];
}

/** The paths of the single values at and below a path. */
function leavesAt(path: string, document: Json | undefined): string[] {
  const value = at(document, path);
  if (!isObject(value)) return value === undefined ? [] : [path];
  return Object.keys(value)
    .filter((key) => /^\w+$/.test(key))
    .flatMap((key) => leavesAt(`${path}.${key}`, document));
}

function at(document: Json | undefined, path: string): Json | undefined {
  return document === undefined ? undefined : valueAt(document, path.split(".").slice(1));
}

function changeOf(name: string, from: Change["from"], to: Change["to"]): Change {
  return { at: name, ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
}

function scalarOf(cell: Cell | undefined): Change["from"] {
  if (typeof cell === "bigint") return Number(cell);
  return cell === undefined || cell === null ? null : plainValue(typeof cell === "object" ? [] : cell);
}

/** The value, or its kind and length where it is no plain one. */
function plainValue(value: Json | undefined): Change["from"] {
  if (typeof value === "string") return PLAIN_TEXT.test(value) ? value : `text, ${value.length} characters`;
  return typeof value === "object" && value !== null ? (Array.isArray(value) ? "list" : "object") : value;
}

/** The columns in which two states of a row differ, by type or by value. */
export function differingColumns(before: Cells, after: Cells): string[] {
  return Object.keys(before).filter(
    (name) => encodeCell(before[name] ?? null).join(":") !== encodeCell(after[name] ?? null).join(":"),
  );
}

/** Columns that differ, but for that of the JSON, with their new values. */
export function changedColumns(
  table: Table,
  before: Cells,
  after: Cells,
): Record<string, string | number | null> {
  const changed = differingColumns(before, after).filter((name) => name !== table.content);
  return plainCells(Object.fromEntries(changed.map((name) => [name, after[name] ?? null])));
}

export function plainCells(cells: Cells): Record<string, string | number | null> {
  const plain = Object.entries(cells).map(([name, cell]) => [
    name,
    typeof cell === "bigint" ? Number(cell) : cell,
  ]);
  return Object.fromEntries(plain) as Record<string, string | number | null>;
}
