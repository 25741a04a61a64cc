import type { Edit } from "../files/rows.js";
import { addTo } from "../model/group.js";
import type { Finding } from "../model/report.js";
import type { AnyOperation, RepairPlan, SessionPlan } from "../repair/plan.js";
import { createColors } from "./colors.js";
import type { ReporterOptions } from "./reporter.js";
import { safeText, shorten } from "./safe-text.js";
import { count, plural } from "./units.js";
import { titleOf } from "./wording.js";

/** Operations of one conversation beyond which the listing folds. */
const LISTED = 12;

/** The plan by conversation: what is mended, each row before and after, and what stays. */
export function* planTable(
  plan: RepairPlan,
  options: ReporterOptions,
  showContent: boolean,
): Generator<string> {
  const { bold, dim } = createColors(options.color);
  yield `${bold(safeText(plan.database))}\n${dim(`${plan.kind} ${plan.terms.hostVersion}`)}\n`;
  for (const session of plan.sessions) yield* sessionPlan(session, options, showContent);
}

function* sessionPlan(
  session: SessionPlan,
  options: ReporterOptions,
  showContent: boolean,
): Generator<string> {
  const { bold, dim, yellow } = createColors(options.color);
  yield `\n  ${bold(safeText(session.session ?? "rows without a conversation"))}\n`;
  for (const [rule, { length: number }] of byRule(session.mended))
    yield `    mends ${number > 1 ? `${count(number)} x ` : ""}${titleOf(rule)} ${dim(`[${rule}]`)}\n`;
  for (const operation of session.operations.slice(0, LISTED))
    yield* operationLines(operation, options, showContent);
  if (session.operations.length > LISTED)
    yield `      ${dim(`… and ${count(session.operations.length - LISTED)} more rows (--format json lists them)`)}\n`;
  for (const [rule, { length: number }] of byRule(session.remaining))
    yield `    ${yellow("stays")} ${number > 1 ? `${count(number)} x ` : ""}${titleOf(rule)} ${dim(`[${rule}]`)}\n`;
}

export function byRule(findings: readonly Finding[]): Map<string, Finding[]> {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) addTo(groups, finding.rule, finding);
  return groups;
}

function* operationLines(
  operation: AnyOperation,
  options: ReporterOptions,
  showContent: boolean,
): Generator<string> {
  const { dim } = createColors(options.color);
  const inWidth = (text: string) => shorten(text, options.width - 1);
  yield `      ${operation.kind} ${operation.table} ${safeText(operation.id)}\n`;
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
    yield `${dim(inWidth(`        ~ ${column} = ${safeText(JSON.stringify(value))}`))}\n`;
}

/** Paths whose values are nobody's words; all others are named by kind and length only. */
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

/** What a repair did, and how to go back. */
export function* applied(
  done: {
    backup: string | null;
    journal: string | null;
    rows: number;
    inFlight: readonly string[];
    sessions: readonly SessionPlan[];
  },
  database: string,
  remaining: number,
  /** The backup is not where `restore` looks for one. */
  elsewhere: boolean,
  options: ReporterOptions,
): Generator<string> {
  const { bold, green, yellow } = createColors(options.color);
  const mended = done.sessions.reduce((sum, session) => sum + session.mended.length, 0);
  yield `${green("Mended")} ${plural(mended, "finding")} in ${plural(done.sessions.filter((session) => session.operations.length > 0).length, "conversation")}, ${plural(done.rows, "row")} written.\n`;
  if (done.backup) yield `Backup:  ${safeText(done.backup)}\n`;
  if (done.journal) yield `Journal: ${safeText(done.journal)}\n`;
  for (const session of done.inFlight)
    yield `${yellow("skipped")} ${safeText(session)}: its last turn is still at work\n`;
  if (remaining > 0)
    yield `${plural(remaining, "finding")} of some weight remain${remaining === 1 ? "s" : ""}: doctor scan ${safeText(database)}\n`;
  const from = elsewhere && done.backup ? ` --from ${safeText(done.backup)}` : "";
  if (done.backup) yield `To go back: ${bold(`doctor restore ${safeText(database)}${from}`)}\n`;
  else if (done.journal)
    yield `To go back: ${bold(`doctor restore ${safeText(database)} --undo ${safeText(done.journal)}`)}\n`;
}
