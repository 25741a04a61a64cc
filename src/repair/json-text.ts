import { type Node, parseTree } from "jsonc-parser";
import type { Json } from "../model/conversation.js";

/**
 * The text of a changed JSON value: whatever is still the same object as in the value that was read stands there as
 * it stood in the file, number by number; the rest is written anew, indented as the file is.
 */
export function renderJson(text: string, original: Json, changed: Json): string {
  if (changed === original) return text;
  const slices = new Map<object, string>();
  const tree = parseTree(text);
  if (tree) collect(tree, original, text, slices);
  const unit = /^\s*[[{]\r?\n([ \t]+)/.exec(text)?.[1];
  return write(changed, slices, unit, "") + (/\n$/.exec(text)?.[0] ?? "");
}

function collect(root: Node, value: Json, text: string, slices: Map<object, string>): void {
  const open: [Node, Json | undefined][] = [[root, value]];
  while (open.length > 0) {
    const [node, at] = open.pop()!;
    if (typeof at !== "object" || at === null) continue;
    slices.set(at, text.slice(node.offset, node.offset + node.length));
    const children = node.children ?? [];
    if (Array.isArray(at)) for (const [index, child] of children.entries()) open.push([child, at[index]]);
    else
      for (const { children: pair } of children)
        if (pair?.[1]) open.push([pair[1], at[String(pair[0]!.value)]]);
  }
}

function write(
  value: Json,
  slices: ReadonlyMap<object, string>,
  unit: string | undefined,
  indent: string,
): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const slice = slices.get(value);
  if (slice !== undefined) return slice;
  const deeper = indent + (unit ?? "");
  const inner = Array.isArray(value)
    ? value.map((item) => write(item, slices, unit, deeper))
    : Object.entries(value).map(
        ([key, item]) => `${JSON.stringify(key)}:${unit ? " " : ""}${write(item, slices, unit, deeper)}`,
      );
  const [before, after] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  if (inner.length === 0) return before + after;
  return unit
    ? `${before}\n${deeper}${inner.join(`,\n${deeper}`)}\n${indent}${after}`
    : `${before}${inner.join(",")}${after}`;
}
