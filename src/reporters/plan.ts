import { commandLine } from "../errors.js";
import type { Edit, Operation } from "../files/rows.js";
import { addTo } from "../model/group.js";
import type { Finding } from "../model/report.js";
import type { RepairPlan, SessionPlan } from "../repair/plan.js";
import { createColors } from "./colors.js";
import type { ReporterOptions } from "./reporter.js";
import { safeText, shorten } from "./safe-text.js";
import { count, plural } from "./units.js";
import { titleOf } from "./wording.js";

/** The most operations that are listed for one conversation. */
const LISTED = 12;

/** Writes the plan by conversation: the findings that are mended, the changes of rows, and the findings that stay. */
export function* planTable(
  plan: RepairPlan,
  options: ReporterOptions,
  showContent: boolean,
): Generator<string> {
  const { bold, dim } = createColors(options.color);
  yield `${bold(safeText(plan.database))}\n${dim(safeText(`${plan.host ?? plan.kind} ${plan.terms.hostVersion}`))}\n`;
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
    yield `    mends ${number > 1 ? `${count(number)} x ` : ""}${titleOf(rule)} ${dim(safeText(`[${rule}]`))}\n`;
  for (const operation of session.operations.slice(0, LISTED))
    yield* operationLines(operation, options, showContent);
  if (session.operations.length > LISTED)
    yield `      ${dim(`… and ${count(session.operations.length - LISTED)} more rows (--format json lists them)`)}\n`;
  for (const [rule, { length: number }] of byRule(session.remaining))
    yield `    ${yellow("stays")} ${number > 1 ? `${count(number)} x ` : ""}${titleOf(rule)} ${dim(safeText(`[${rule}]`))}\n`;
  yield* skippedLines(session, "      ");
}

/** Rows that could not be mended, and why. */
export function* skippedLines(
  { skipped = [] }: Pick<SessionPlan, "skipped">,
  indent: string,
): Generator<string> {
  for (const { table, id, reason } of skipped.slice(0, LISTED))
    yield `${indent}skipped ${table} ${safeText(id)}: ${safeText(reason)}\n`;
  if (skipped.length > LISTED)
    yield `${indent}… and ${count(skipped.length - LISTED)} more (--format json lists them)\n`;
}

export function byRule(findings: readonly Finding[]): Map<string, Finding[]> {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) addTo(groups, finding.rule, finding);
  return groups;
}

function* operationLines(
  operation: Operation,
  options: ReporterOptions,
  showContent: boolean,
): Generator<string> {
  const { dim } = createColors(options.color);
  const inWidth = (text: string) => shorten(text, options.width - 1);
  yield `      ${safeText(`${operation.kind} ${operation.table} ${operation.id}`)}\n`;
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

/** Writes what a repair did, and how to undo it. */
export function* applied(
  done: {
    backup: string | null;
    journal: string | null;
    rows: number;
    inFlight: readonly string[];
    skipped: readonly { session: string | null; reason: string }[];
    sessions: readonly SessionPlan[];
  },
  database: string,
  remaining: number,
  /** True if the backup is not where `restore` looks for it. */
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
  for (const { session, reason } of done.skipped)
    yield `${yellow("skipped")} ${safeText(session ?? "rows without a conversation")}: ${safeText(reason)}\n`;
  if (remaining > 0)
    yield `${plural(remaining, "finding")} of some weight remain${remaining === 1 ? "s" : ""}: ${commandLine("scan", database)}\n`;
  const from = elsewhere && done.backup ? ["--from", done.backup] : [];
  if (done.backup) yield `To go back: ${bold(commandLine("restore", database, ...from))}\n`;
  else if (done.journal)
    yield `To go back: ${bold(commandLine("restore", database, "--undo", done.journal))}\n`;
}
