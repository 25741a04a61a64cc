import { isPlainPath } from "../files/changes.js";
import type { Change, Edit } from "../files/rows.js";
import { count } from "../model/numbers.js";
import type { AnyOperation } from "../repair/plan.js";
import { createColors } from "./colors.js";
import { type Clock, clockOf } from "./local-time.js";
import type { ReporterOptions } from "./reporter.js";
import { safeText, shorten } from "./safe-text.js";

/** The most changes that are told of the rows that one rule mends. */
const CHANGES = 5;

/** "state.status  running → error": states, times, ids and flags of the rows. */
export function* changeLines(
  operations: readonly AnyOperation[],
  options: ReporterOptions,
): Generator<string> {
  const { dim } = createColors(options.color);
  const clock = clockOf(options.timeZone);
  const times = new Map<string, number>();
  for (const operation of operations)
    if (operation.kind === "update" && "changes" in operation)
      for (const change of operation.changes ?? []) {
        const words = changeWords(change, clock);
        times.set(words, (times.get(words) ?? 0) + 1);
      }
  const told = [...times].slice(0, CHANGES);
  for (const [words, number] of told) {
    const line = number > 1 ? `${count(number)} x ${words}` : words;
    yield `${dim(shorten(`      ${safeText(line)}`, options.width - 1))}\n`;
  }
  const more = times.size - told.length;
  if (more > 0)
    yield `${dim(`      … and ${count(more)} more ${more === 1 ? "change" : "changes"} (--verbose)`)}\n`;
}

function changeWords({ at, from, to }: Change, clock: Clock): string {
  const name = at.replace(/^\$\./, "");
  const isTime = /(^|[._])time([._]|$)|_at$/.test(name);
  const words = (value: Change["from"]) => {
    if (value === undefined || value === null) return "none";
    return isTime && typeof value === "number" ? `${clock.day(value)} ${clock.time(value)}` : String(value);
  };
  return `${name}  ${words(from)} → ${words(to)}`;
}

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

function editWords(edit: Edit, showContent: boolean): string {
  if ("wrap" in edit) return `~ ${safeText(edit.wrap)} = {"value": …}`;
  if ("unquote" in edit) return `~ ${safeText(edit.unquote)} = the object that its text holds`;
  if ("unset" in edit) return `- ${safeText(edit.unset)}`;
  if ("replace" in edit)
    return `~ whole content${showContent ? `: ${safeText(edit.replace)}` : `, ${edit.replace.length} characters`}`;
  // Of other values, only kind and length are shown.
  const value = JSON.stringify(edit.value);
  return `+ ${safeText(edit.set)} = ${showContent || isPlainPath(edit.set) || isHostText(edit.value) ? safeText(value) : `${kindOf(edit.value)}, ${value.length} characters`}`;
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
