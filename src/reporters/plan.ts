import { commandLine } from "../errors.js";
import { shellWord } from "../escapes.js";
import { databaseNameOf, isServer } from "../files/postgres/name.js";
import { addTo } from "../model/group.js";
import { count, plural } from "../model/numbers.js";
import type { Finding } from "../model/report.js";
import type { AnyOperation, RepairPlan, SessionPlan } from "../repair/plan.js";
import { rowsIn, type SessionPlans, writesIn } from "../repair/session-plans.js";
import { createColors } from "./colors.js";
import { wrapped } from "./columns.js";
import { changeLines, operationLines } from "./plan-operations.js";
import type { ReporterOptions } from "./reporter.js";
import { safeText, shorten } from "./safe-text.js";
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
  let shown = 0;
  let more = 0;
  for (const session of plan.sessions) {
    if (rowsIn(session) === 0 && !session.skipped) continue;
    if (!options.verbose && shown === CONVERSATIONS) more++;
    else {
      shown++;
      yield* sessionPlan(session, options);
    }
  }
  if (more > 0) yield `\n  … and ${plural(more, "more conversation")} (--verbose lists them)\n`;
  yield* totals(plan, options);
}

function* sessionPlan(session: SessionPlan<AnyOperation>, options: PlanTableOptions): Generator<string> {
  const { bold, dim } = createColors(options.color);
  yield `\n  ${bold(safeText(session.session ?? "rows without a conversation"))}\n`;
  const rules = byRule(session.mended);
  const rows = byFirstRule(session.operations, [...rules.keys()]);
  for (const [rule, findings] of rules) {
    const action =
      findings.find(({ repair }) => repair.action)?.repair.action ?? "resolved by the repairs above";
    const times = findings.length > 1 ? `${count(findings.length)} x ` : "";
    const title = shorten(titleOf(rule), options.width - 7 - times.length - rule.length);
    yield `    ${times}${title} ${dim(safeText(`[${rule}]`))}\n${wrapped(action, options.width, "      ")}\n`;
    if (!options.verbose) yield* changeLines(rows.get(rule) ?? [], options);
  }
  if (options.verbose)
    for (const operation of session.operations)
      yield* operationLines(operation, options, options.showContent ?? false);
  yield* skippedLines(session, "      ");
}

/** "2 conversations · 3 rows changed · 1 added · 1 DELETED", and the findings that stay, with what would mend them. */
function* totals({ sessions }: RepairPlan<AnyOperation>, options: ReporterOptions): Generator<string> {
  const { bold, yellow } = createColors(options.color);
  const sums = sumsOf([sessions], options);
  if (sums.length > 0)
    yield `  ${"─".repeat(options.width - 4)}\n${wrapped(bold(sums.join(" · ")), options.width - 2, "  ")}\n`;
  const stays = new Map<string, Stays>();
  for (const { remaining } of sessions)
    for (const finding of remaining) stays.set(finding.rule, withOne(stays.get(finding.rule), finding));
  if (stays.size === 0) return;
  const words = [...stays].map(([rule, all]) => `${count(all.count)} ${rule} ${whyStays(all)}`);
  yield `${wrapped(`${yellow("Not mended:")} ${words.join(", ")}`, options.width - 2, "  ")}\n`;
}

/** The sums of several plans in one line. */
export function* allTotals(
  plans: readonly RepairPlan<AnyOperation>[],
  options: ReporterOptions,
): Generator<string> {
  const { bold } = createColors(options.color);
  const sums = sumsOf(
    plans.map(({ sessions }) => sessions),
    options,
  );
  yield `\n${bold([plural(plans.length, "file"), ...sums].join(" · "))}\n`;
}

/** The conversations and rows that are written; deletions apart. Empty where nothing is. */
function sumsOf(plans: readonly SessionPlans[], options: ReporterOptions): string[] {
  const { red } = createColors(options.color);
  const kinds = new Map<AnyOperation["kind"], number>();
  let conversations = 0;
  for (const sessions of plans)
    for (const session of sessions) {
      if (rowsIn(session) > 0) conversations++;
      for (const { kind, rows } of writesIn(session)) kinds.set(kind, (kinds.get(kind) ?? 0) + rows);
    }
  const of = (kind: AnyOperation["kind"]) => kinds.get(kind) ?? 0;
  const rows = [
    ...(of("update") > 0 ? [`${plural(of("update"), "row")} changed`] : []),
    ...(of("insert") > 0 ? [`${count(of("insert"))} added`] : []),
    ...(of("delete") > 0 ? [red(`${count(of("delete"))} DELETED (kept in the journal)`)] : []),
  ];
  return rows.length > 0 ? [plural(conversations, "conversation"), ...rows] : [];
}

/** The findings of a rule that stay. `flag`: the option that the first of them names. */
interface Stays {
  readonly count: number;
  readonly flag: string | undefined;
  readonly isUnsafe: boolean;
  readonly isSafe: boolean;
}

function withOne(known: Stays | undefined, { repair }: Finding): Stays {
  const { count, flag, isUnsafe, isSafe } = known ?? {
    count: 0,
    flag: undefined,
    isUnsafe: false,
    isSafe: false,
  };
  return {
    count: count + 1,
    flag: flag ?? /\((--[\w-]+)\)/.exec(repair.action ?? "")?.[1],
    isUnsafe: isUnsafe || repair.safety === "unsafe",
    isSafe: isSafe || repair.safety === "safe",
  };
}

function whyStays({ flag, isUnsafe, isSafe }: Stays): string {
  if (flag) return `(${flag})`;
  if (isUnsafe) return "(--unsafe)";
  return isSafe ? "(not asked for, or not possible here)" : "(no repair is known)";
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

/** Each change under one of the rules: the first that asked for it, or the last rule where another change led to it. */
function byFirstRule(
  operations: readonly AnyOperation[],
  rules: readonly string[],
): Map<string, AnyOperation[]> {
  const groups = new Map<string, AnyOperation[]>();
  for (const operation of operations)
    addTo(groups, rules.find((rule) => operation.rules.includes(rule)) ?? rules.at(-1) ?? "", operation);
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
    sessions: SessionPlans;
  },
  database: string,
  remaining: number,
  /** True if the backup is not where `restore` looks for it. */
  elsewhere: boolean,
  options: ReporterOptions,
): Generator<string> {
  const { bold, green, yellow } = createColors(options.color);
  let mended = 0;
  let conversations = 0;
  for (const session of done.sessions) {
    mended += session.mended.length;
    if (rowsIn(session) > 0) conversations++;
  }
  yield `${green("Mended")} ${plural(mended, "finding")} in ${plural(conversations, "conversation")}, ${plural(done.rows, "row")} written.\n`;
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
