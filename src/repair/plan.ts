import { generationOf } from "../hosts/hosts.js";
import type { Conversation } from "../model/conversation.js";
import type { Finding } from "../model/report.js";
import type { Rule } from "../rules/rule.js";
import { type Judged, judgeInPlace } from "../scan/judge.js";
import { Editor } from "./editor.js";
import { type Operation, TABLES } from "./operations.js";
import type { Scratch } from "./scratch.js";

/** Which opt-in repairs the user asked for. */
export interface RepairOptions {
  readonly unsafe?: boolean;
  readonly sequentialize?: boolean;
  readonly dropDuplicatePrompts?: boolean;
  /** Only these rules. */
  readonly rules?: readonly string[];
}

export interface SessionPlan {
  readonly session: string | null;
  readonly operations: readonly Operation[];
  /** Findings that the operations mend. */
  readonly mended: readonly Finding[];
  /** Findings that stay, with the reason. */
  readonly remaining: readonly Finding[];
  /** Fingerprints that the scan will find afterwards: what verifies the repair. */
  readonly expected: readonly string[];
}

/** What a plan was made under; the same words judge it again after it was applied. */
export interface JudgeTerms {
  readonly input: string;
  readonly hostVersion: string;
  readonly providers: readonly string[];
  readonly now: number;
}

/**
 * The order in which damage is mended: rows must be readable before they can be paired, pairs must be whole
 * before steps are closed, and what a repair leaves behind is mended by the rules after it.
 */
const ORDER = [
  "malformed-json",
  "unknown-block",
  "invalid-message",
  "invalid-part",
  "stored-format",
  "unlistable-session",
  "missing-project",
  "mismatched-session",
  "future-timestamp",
  "mismatched-column",
  "invalid-tool-input",
  "invalid-tool-name",
  "lone-surrogate",
  "unsendable-media",
  "invalid-tool-call-id",
  "duplicate-tool-call-id",
  "orphan-tool-result",
  "duplicate-tool-result",
  "misplaced-tool-result",
  "missing-tool-result",
  "parallel-tool-calls",
  "duplicate-user-message",
  "unanswered-compaction",
  "dangling-compaction-tail",
  "dangling-revert",
  "missing-step-boundary",
  "content-after-tool-call",
  "stuck-tool",
  "orphan-interrupted-tool",
  "dropped-tool-error",
  "incomplete-message",
  "invalid-thinking",
  "dangling-thinking",
  "blank-text",
  "empty-message",
  "leading-assistant",
  "dangling-parent",
];

/** A rule mends at most this often in one conversation; more means that its repair does not hold. */
const ROUNDS = 3 * ORDER.length;

const OPT_IN: Record<string, "sequentialize" | "dropDuplicatePrompts"> = {
  "parallel-tool-calls": "sequentialize",
  "duplicate-user-message": "dropDuplicatePrompts",
};

export interface RepairPlan {
  readonly schemaVersion: 1;
  readonly tool: { readonly name: string; readonly version: string };
  readonly database: string;
  readonly kind: "opencode" | "instatic";
  readonly terms: JudgeTerms;
  readonly sessions: readonly SessionPlan[];
}

/** Plans the repair of one conversation on a scratch copy of its rows, rule by rule, until nothing mendable is left. */
export function planSession(
  scratch: Scratch,
  handle: number,
  terms: JudgeTerms,
  options: RepairOptions,
): SessionPlan {
  const look = () => {
    const conversation = scratch.conversation(handle);
    const generation = generationOf(conversation.store, terms.hostVersion);
    return { conversation, judged: judgeInPlace(conversation, { ...terms, live: false, generation }) };
  };
  scratch.load(handle);
  const editor = new Editor(scratch.db, (table, id) => scratch.isTaken(table, id));
  let now = look();
  const before = now.judged.map(({ finding }) => finding);
  const sessionId = now.conversation.id;
  const stuck = new Set<string>();
  for (let round = 0; round < ROUNDS; round++) {
    const rule = nextRule(now.judged, stuck, options);
    if (!rule) break;
    const targets = now.judged.filter((one) => one.rule === rule && isWanted(one, options));
    editor.for(rule.id);
    for (const target of targets) mend(target, now.conversation, editor);
    now = look();
    const left = new Set(now.judged.map(({ finding }) => finding.fingerprint));
    if (targets.every(({ finding }) => left.has(finding.fingerprint))) stuck.add(rule.id);
    else stuck.clear();
  }
  if (scratch.settle(editor)) now = look();
  const after = now.judged.map(({ finding }) => finding);
  if (bringsDamage(before, after)) return untouched(sessionId, before);
  const remains = new Set(after.map(({ fingerprint }) => fingerprint));
  return {
    session: sessionId,
    operations: editor.operations(sessionId),
    mended: before.filter(({ fingerprint }) => !remains.has(fingerprint)),
    remaining: after.filter((finding) => finding.severity !== "info"),
    expected: after.map(({ fingerprint }) => fingerprint),
  };
}

/** Runs a rule's repair at its place; a row that an earlier one of this round removed is skipped. */
function mend(
  { finding, rule, row, message, block }: Judged,
  conversation: Conversation,
  editor: Editor,
): void {
  if (!editor.exists(row)) return;
  // A piece that the replay copied is looked for by its row.
  const stored =
    block && message?.blocks.includes(block) ? block : message?.blocks.find((piece) => piece.row === row);
  rule.repair!({ conversation, row, message, block: stored, evidence: finding.evidence }, editor);
}

/**
 * A repair that would bring new damage is no repair: the conversation stays as it is. Damage that a row hid behind
 * worse damage may come to light; on a row that was whole it would be the repair's own.
 */
function bringsDamage(before: readonly Finding[], after: readonly Finding[]): boolean {
  const known = new Set(before.map(({ fingerprint }) => fingerprint));
  const damagedRows = new Set(before.map(rowOf));
  return after.some(
    (finding) =>
      finding.severity !== "info" && !known.has(finding.fingerprint) && !damagedRows.has(rowOf(finding)),
  );
}

function rowOf({ part, message, session }: Finding): string {
  return part ?? message ?? session ?? "";
}

function untouched(session: string, findings: readonly Finding[]): SessionPlan {
  return {
    session,
    operations: [],
    mended: [],
    remaining: findings.filter(({ severity }) => severity !== "info"),
    expected: findings.map(({ fingerprint }) => fingerprint),
  };
}

function nextRule(open: readonly Judged[], stuck: ReadonlySet<string>, options: RepairOptions): Rule | null {
  const wanted = open.filter((one) => !stuck.has(one.rule.id) && isWanted(one, options));
  const ids = new Set(wanted.map(({ rule }) => rule.id));
  const id = ORDER.find((candidate) => ids.has(candidate));
  return wanted.find(({ rule }) => rule.id === id)?.rule ?? null;
}

function isWanted({ rule, finding }: Judged, options: RepairOptions): boolean {
  if (!rule.repair || finding.repair.safety === "none" || options.rules?.includes(rule.id) === false)
    return false;
  const optIn = OPT_IN[rule.id];
  if (optIn) return options[optIn] === true;
  // A note hurts nobody here: nothing that works is taken away for it.
  return finding.repair.safety === "safe" || (options.unsafe === true && finding.severity !== "info");
}

/** True for a plan as this version saves it: known tables only, and every field that applying it needs. */
export function isPlan(value: unknown): value is RepairPlan {
  const plan = value as RepairPlan;
  return (
    plan?.schemaVersion === 1 &&
    typeof plan.terms?.hostVersion === "string" &&
    Array.isArray(plan.sessions) &&
    plan.sessions.every(isSessionPlan)
  );
}

function isSessionPlan({ session, operations, mended, remaining, expected }: SessionPlan): boolean {
  const lists = [operations, mended, remaining, expected].every(Array.isArray);
  return lists && (session === null || typeof session === "string") && operations.every(isOperation);
}

function isOperation({ kind, table, id, ...rest }: Operation): boolean {
  if (!TABLES.includes(table) || typeof id !== "string") return false;
  const fields = rest as Partial<Record<"values" | "columns" | "edits" | "before" | "rowid", unknown>>;
  if (kind === "insert") return areNames(fields.values);
  const placed = typeof fields.before === "string" && typeof fields.rowid === "number";
  return (
    placed &&
    (kind === "delete" || (kind === "update" && areNames(fields.columns) && Array.isArray(fields.edits)))
  );
}

/** Column names go into SQL: they must be plain words. */
function areNames(columns: unknown): boolean {
  return (
    typeof columns === "object" &&
    columns !== null &&
    Object.keys(columns).every((name) => /^\w+$/.test(name))
  );
}
