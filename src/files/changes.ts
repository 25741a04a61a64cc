import type { Json } from "../model/conversation.js";
import { parseJson, valueAt } from "../model/json.js";
import { isObject } from "../model/text.js";
import { type Cell, type Cells, type Change, type Edit, encodeCell } from "./rows.js";

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

/**
 * The changes of a row that hold nothing of the user or the model. `content`: the column of its JSON; `changed`: the
 * columns that differ.
 */
export function plainChanges(
  content: string | undefined,
  changed: readonly string[],
  before: Cells,
  after: Cells,
  edits: readonly Edit[],
): Change[] {
  const columns = changed
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
  for (const path of paths) {
    const leaves = new Set<string>();
    addLeaves(path, at(old, path), leaves);
    addLeaves(path, at(now, path), leaves);
    for (const leaf of leaves)
      if (isPlainPath(leaf))
        found.set(leaf, changeOf(leaf, plainValue(at(old, leaf)), plainValue(at(now, leaf))));
  }
  return [...found.values()];
}

/** Adds the paths of the single values at and below a path. */
function addLeaves(path: string, value: Json | undefined, leaves: Set<string>): void {
  if (!isObject(value)) {
    if (value !== undefined) leaves.add(path);
    return;
  }
  for (const [key, inner] of Object.entries(value))
    if (/^\w+$/.test(key)) addLeaves(`${path}.${key}`, inner, leaves);
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
  return Object.keys(before).filter((name) => !isSame(before[name] ?? null, after[name] ?? null));
}

function isSame(one: Cell, other: Cell): boolean {
  if (typeof one !== "object" || one === null) return Object.is(one, other);
  return encodeCell(one).join(":") === encodeCell(other).join(":");
}

export function plainCells(cells: Cells): Record<string, string | number | null> {
  const plain = Object.entries(cells).map(([name, cell]) => [
    name,
    typeof cell === "bigint" ? Number(cell) : cell,
  ]);
  return Object.fromEntries(plain) as Record<string, string | number | null>;
}
