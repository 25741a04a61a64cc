import type { Edit } from "../files/rows.js";
import type { AnyOperation } from "../repair/plan.js";
import { createColors } from "./colors.js";
import type { ReporterOptions } from "./reporter.js";
import { safeText, shorten } from "./safe-text.js";

/** The change of a row, with its JSON paths. Words of the user or the model are shown on request only. */
export function* operationLines(
  operation: AnyOperation,
  options: ReporterOptions,
  showContent: boolean,
): Generator<string> {
  const { dim } = createColors(options.color);
  const inWidth = (text: string) => shorten(text, options.width - 1);
  yield `      ${safeText(`${operation.kind} ${operation.table} ${operation.id}`)}\n`;
  if ("text" in operation) {
    if (operation.kind !== "delete")
      yield `${dim(inWidth(`        ~ ${lineWords(operation.text, showContent)}`))}\n`;
    return;
  }
  if (operation.kind === "insert")
    yield `${dim(inWidth(`        + ${inserted(operation.values, showContent)}`))}\n`;
  if (operation.kind !== "update") return;
  for (const edit of operation.edits) yield `${dim(inWidth(`        ${editWords(edit, showContent)}`))}\n`;
  for (const [column, value] of Object.entries(operation.columns))
    yield `${dim(inWidth(`        ~ ${safeText(`${column} = ${JSON.stringify(value)}`)}`))}\n`;
}

/** Paths whose values are never a text of the user or the model. Of other values, only kind and length are shown. */
const PLAIN =
  /^\$\.(type|role|tool|callID|reason|finish|parentID|agent|mode|providerID|modelID|model|cost|tokens|time|state\.(status|time))\b/;

function editWords(edit: Edit, showContent: boolean): string {
  if ("wrap" in edit) return `~ ${safeText(edit.wrap)} = {"value": …}`;
  if ("unquote" in edit) return `~ ${safeText(edit.unquote)} = the object that its text holds`;
  if ("unset" in edit) return `- ${safeText(edit.unset)}`;
  if ("replace" in edit)
    return `~ whole content${showContent ? `: ${safeText(edit.replace)}` : `, ${edit.replace.length} characters`}`;
  const value = JSON.stringify(edit.value);
  return `+ ${safeText(edit.set)} = ${showContent || PLAIN.test(edit.set) || isHostText(edit.value) ? safeText(value) : `${kindOf(edit.value)}, ${value.length} characters`}`;
}

function lineWords(text: string, showContent: boolean): string {
  return showContent ? safeText(text.trim()) : `${text.trim().length} characters`;
}

function isHostText(value: unknown): boolean {
  return typeof value === "string" && /^(Tool (execution|output)|\[.*\]$)/.test(value);
}

function kindOf(value: unknown): string {
  return value === null ? "null" : Array.isArray(value) ? "list" : typeof value;
}

function inserted(values: Readonly<Record<string, unknown>>, showContent: boolean): string {
  const content = String(values.data ?? values.content_json ?? "");
  const type = /"(?:type|role|kind)":"([\w-]+)"/.exec(content)?.[1] ?? "row";
  return showContent ? safeText(content) : `${type}, ${content.length} characters`;
}
