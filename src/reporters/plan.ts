import { commandLine } from "../errors.js";
import { shellWord } from "../escapes.js";
import { databaseNameOf, isServer } from "../files/postgres/name.js";
import { addTo } from "../model/group.js";
import type { Finding } from "../model/report.js";
import type { AnyOperation, RepairPlan, SessionPlan } from "../repair/plan.js";
import { createColors } from "./colors.js";
import { wrapped } from "./columns.js";
import { operationLines } from "./plan-operations.js";
import type { ReporterOptions } from "./reporter.js";
import { safeText } from "./safe-text.js";
import { count, plural } from "./units.js";
import { titleOf } from "./wording.js";

/** The most conversations of a plan, and the most skipped rows of a conversation, that are listed. */
const CONVERSATIONS = 20;
const LISTED = 12;

export interface PlanTableOptions extends ReporterOptions {
  /** Also each row with the JSON paths that change. */
  readonly verbose?: boolean;
  readonly showContent?: boolean;
}

/** Tells the plan by conversation, in sentences; the totals stand at the end. */
export function* planTable(plan: RepairPlan<AnyOperation>, options: PlanTableOptions): Generator<string> {
  const { bold, dim } = createColors(options.color);
  yield `${bold(safeText(plan.database))}\n${dim(safeText(`${plan.host ?? plan.kind} ${plan.terms.hostVersion}`))}\n`;
  const told = plan.sessions.filter(({ operations, skipped }) => operations.length > 0 || skipped);
  const shown = options.verbose ? told : told.slice(0, CONVERSATIONS);
  for (const session of shown) yield* sessionPlan(session, options);
  const more = told.length - shown.length;
  if (more > 0) yield `\n  … and ${plural(more, "more conversation")} (--verbose lists them)\n`;
  yield* totals(plan, options);
}

function* sessionPlan(session: SessionPlan<AnyOperation>, options: PlanTableOptions): Generator<string> {
  const { bold, dim } = createColors(options.color);
  yield `\n  ${bold(safeText(session.session ?? "rows without a conversation"))}\n`;
  for (const [rule, findings] of byRule(session.mended)) {
    const action =
      findings.find(({ repair }) => repair.action)?.repair.action ?? "resolved by the repairs above";
    const times = findings.length > 1 ? `${count(findings.length)} x ` : "";
    yield `    ${times}${titleOf(rule)} ${dim(safeText(`[${rule}]`))}\n${wrapped(action, options.width, "      ")}\n`;
  }
  if (options.verbose)
    for (const operation of session.operations)
      yield* operationLines(operation, options, options.showContent ?? false);
  yield* skippedLines(session, "      ");
}

/** "2 conversations · 3 rows changed · 1 added · 1 DELETED", and the findings that stay, with what would mend them. */
function* totals({ sessions }: RepairPlan<AnyOperation>, options: PlanTableOptions): Generator<string> {
  const { bold, red, yellow } = createColors(options.color);
  const operations = sessions.flatMap((session) => session.operations);
  const of = (kind: AnyOperation["kind"]) => operations.filter((operation) => operation.kind === kind).length;
  const rows = [
    ...(of("update") > 0 ? [`${plural(of("update"), "row")} changed`] : []),
    ...(of("insert") > 0 ? [`${count(of("insert"))} added`] : []),
    ...(of("delete") > 0 ? [red(`${count(of("delete"))} DELETED (kept in the journal)`)] : []),
  ];
  const conversations = sessions.filter((session) => session.operations.length > 0).length;
  if (rows.length > 0) {
    yield `  ${"─".repeat(options.width - 4)}\n`;
    yield `  ${bold([plural(conversations, "conversation"), ...rows].join(" · "))}\n`;
  }
  const stays = byRule(sessions.flatMap(({ remaining }) => remaining));
  if (stays.size === 0) return;
  const words = [...stays].map(
    ([rule, findings]) => `${count(findings.length)} ${rule} ${whyStays(findings)}`,
  );
  yield `${wrapped(`${yellow("Not mended:")} ${words.join(", ")}`, options.width - 2, "  ")}\n`;
}

function whyStays(findings: readonly Finding[]): string {
  const flag = findings.map(({ repair }) => /\((--[\w-]+)\)/.exec(repair.action ?? "")?.[1]).find(Boolean);
  if (flag) return `(${flag})`;
  return findings.some(({ repair }) => repair.safety === "unsafe") ? "(--unsafe)" : "(no repair is known)";
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

/** The command that dumps a whole PostgreSQL database. */
function dumpLine(database: string): string {
  return `pg_dump --format=custom --file=${shellWord(`${databaseNameOf(database)}.dump`)} ${shellWord(database)}`;
}

/** Writes what a repair did, and how to undo it. */
export function* applied(
  done: {
    backup: string | null;
    journal: string | null;
    rows: number;
    inFlight: readonly string[];
    skipped: readonly { session: string | null; reason: string }[];
    sessions: readonly SessionPlan<AnyOperation>[];
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
  if (isServer(database)) {
    if (done.backup)
      yield `The backup holds the mended conversations as they were. The whole database: ${bold(dumpLine(database))}\n`;
    if (done.journal) yield `To go back: ${bold(commandLine("restore", database, "--undo", done.journal))}\n`;
  } else if (done.backup) yield `To go back: ${bold(commandLine("restore", database, ...from))}\n`;
  else if (done.journal)
    yield `To go back: ${bold(commandLine("restore", database, "--undo", done.journal))}\n`;
}
