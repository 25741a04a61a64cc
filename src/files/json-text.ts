import { type Node, parseTree } from "jsonc-parser";
import type { Json, JsonObject } from "../model/conversation.js";
import { isObject } from "../model/text.js";

/** Texts of new values: each value is written as the text that it was parsed from, so that numbers keep every digit. */
export type OwnTexts = ReadonlyMap<Json, string>;

/** The texts of the values that it parsed. */
export class ParsedTexts extends Map<Json, string> {
  parse(text: string): Json {
    const value = JSON.parse(text) as Json;
    if (typeof value === "object") this.set(value, text);
    return value;
  }
}

/**
 * Writes a changed JSON value. Objects and lists that are still those of `original` keep their text from the file, number
 * by number; `own` has the texts of others. The rest is written anew, indented as the file is.
 */
export function renderJson(text: string, original: Json, changed: Json, own: OwnTexts = new Map()): string {
  if (changed === original) return text;
  const source: Source = { text, nodes: new Map(), own };
  const tree = parseTree(text);
  if (tree) collect(tree, original, source.nodes);
  const unit = /^\s*[[{]\r?\n([ \t]+)/.exec(text)?.[1];
  return write(changed, original, source, unit, "") + (/\n$/.exec(text)?.[0] ?? "");
}

interface Source {
  readonly text: string;
  /** Every object and list of the value as it was read, with its place in the text. */
  readonly nodes: Map<object, Node>;
  readonly own: OwnTexts;
}

function collect(root: Node, value: Json, nodes: Source["nodes"]): void {
  const open: [Node, Json | undefined][] = [[root, value]];
  for (let top = open.pop(); top; top = open.pop()) {
    const [node, at] = top;
    if (typeof at !== "object" || at === null) continue;
    nodes.set(at, node);
    if (Array.isArray(at))
      for (const [index, child] of (node.children ?? []).entries()) open.push([child, at[index]]);
    else for (const [key, child] of valuesOf(node)) open.push([child, at[key]]);
  }
}

/** The values of an object by key. If a key occurs twice, the last value counts, as for JSON.parse. */
function valuesOf(node: Node | undefined): Map<string, Node> {
  return new Map(pairsOf(node).map(({ key, node: value }) => [key, value]));
}

function pairsOf(node: Node | undefined): { key: string; node: Node }[] {
  return (node?.children ?? []).flatMap(({ children: [key, value] = [] }) =>
    key && value ? [{ key: String(key.value), node: value }] : [],
  );
}

function sliceOf({ text }: Source, { offset, length }: Node): string {
  return text.slice(offset, offset + length);
}

/** `origin`: the earlier value at this place. Members that are the same keep its text, digit by digit. */
function write(
  value: Json,
  origin: Json | undefined,
  source: Source,
  unit: string | undefined,
  indent: string,
): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const own = source.own.get(value);
  if (own !== undefined) return own;
  const node = source.nodes.get(value);
  if (node) return sliceOf(source, node);
  const deeper = indent + (unit ?? "");
  const inner = Array.isArray(value)
    ? itemsOf(value, origin, source, unit, deeper)
    : membersOf(value, origin, source, unit, deeper);
  const [before, after] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  if (inner.length === 0) return before + after;
  return unit
    ? `${before}\n${deeper}${inner.join(`,\n${deeper}`)}\n${indent}${after}`
    : `${before}${inner.join(",")}${after}`;
}

/** The number of removed items that are compared with each new item. */
const LOOK_AHEAD = 32;

/** Pairs each new item with the removed item it resembles most, so that unchanged members keep their text. */
function itemsOf(
  value: readonly Json[],
  origin: Json | undefined,
  source: Source,
  unit: string | undefined,
  indent: string,
): string[] {
  const kept = new Set(value);
  const gone = (Array.isArray(origin) ? origin : []).filter((item) => !kept.has(item));
  return value.map((item) => {
    const isNew = isObject(item) && !source.nodes.has(item);
    const at = isNew ? nearestTo(item, gone.slice(0, LOOK_AHEAD)) : -1;
    const was = gone.splice(0, at + 1).at(-1);
    return write(item, was, source, unit, indent);
  });
}

function nearestTo(item: JsonObject, candidates: readonly Json[]): number {
  const shared = candidates.map((other) =>
    isObject(other) ? Object.keys(item).filter((key) => Object.is(item[key], other[key])).length : 0,
  );
  const most = Math.max(0, ...shared);
  return most > 0 ? shared.indexOf(most) : -1;
}

/** Writes the old keys in their old order, doubled keys included, and then the new keys. */
function membersOf(
  value: JsonObject,
  origin: Json | undefined,
  source: Source,
  unit: string | undefined,
  indent: string,
): string[] {
  const was = isObject(origin) ? origin : {};
  const before = pairsOf(source.nodes.get(was));
  const lastOf = new Map(before.map(({ key }, at) => [key, at]));
  const told = (key: string, text: string) => `${JSON.stringify(key)}:${unit ? " " : ""}${text}`;
  const kept = before.flatMap(({ key, node }, at) => {
    const now = Object.hasOwn(value, key) ? value[key] : undefined;
    if (now === undefined) return [];
    if (Object.is(was[key], now)) return [told(key, sliceOf(source, node))];
    return lastOf.get(key) === at ? [told(key, write(now, was[key], source, unit, indent))] : [];
  });
  const added = Object.entries(value).filter(([key]) => !lastOf.has(key));
  return [...kept, ...added.map(([key, now]) => told(key, write(now, was[key], source, unit, indent)))];
}
