import { LINE } from "../files/line-differences.js";
import type { LineOperation } from "../files/line-write.js";
import type { Operation } from "../files/rows.js";
import { judgeInPlace } from "../judge/judge.js";
import type { JudgeTerms } from "../judge/terms.js";
import type { Move } from "../model/move.js";
import type { Finding } from "../model/report.js";
import { generationOf, type Host } from "../stores/host.js";
import { STORES } from "../stores/index.js";
import type { AnyStore, RowBench } from "../stores/store.js";
import { mendRounds, type RepairOptions } from "./rounds.js";

/** A change of a database's row, or of a file's line. */
export type AnyOperation = Operation | LineOperation;

export interface SessionPlan<O extends AnyOperation = AnyOperation> {
  readonly session: string | null;
  readonly operations: readonly O[];
  /** Findings that the operations mend. */
  readonly mended: readonly Finding[];
  /** Findings that stay, with the reason. */
  readonly remaining: readonly Finding[];
  /** Fingerprints that the scan will find afterwards: what verifies the repair. */
  readonly expected: readonly string[];
}

/** The terms of a plan. The conversations are judged on them again after the plan was applied. */
export interface PlanTerms {
  readonly input: string;
  readonly hostVersion: string;
  readonly providers: readonly string[];
  readonly now: number;
  /** Directories that moved. */
  readonly moves?: readonly Move[];
}

export interface RepairPlan<O extends AnyOperation = AnyOperation> {
  readonly schemaVersion: 1;
  readonly tool: { readonly name: string; readonly version: string };
  readonly database: string;
  /** The id of the store. */
  readonly kind: string;
  readonly terms: PlanTerms;
  readonly sessions: readonly SessionPlan<O>[];
}

export function judgeTermsOf(store: AnyStore, host: Host | null, terms: PlanTerms): JudgeTerms {
  const generation = host && generationOf(host, terms.hostVersion);
  return { ...terms, live: false, store, host, generation };
}

/** Plans the repair of one conversation on a working copy of its rows. */
export function planSession(
  bench: RowBench,
  terms: JudgeTerms,
  options: RepairOptions,
): SessionPlan<Operation> {
  const judge = (conversation: Parameters<typeof judgeInPlace>[0]) => judgeInPlace(conversation, terms);
  const outcome = mendRounds(bench, { judge, moves: terms.moves }, options);
  return { ...outcome, operations: outcome.isBetter ? bench.operations(outcome.session) : [] };
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

/** Names of the tables that any store declares. */
const TABLES = new Set(STORES.flatMap(({ database }) => database?.tables ?? []).map(({ name }) => name));

function isSessionPlan({ session, operations, mended, remaining, expected }: SessionPlan): boolean {
  const lists = [operations, mended, remaining, expected].every(Array.isArray);
  return lists && (session === null || typeof session === "string") && operations.every(isOperation);
}

/** True for a plan that changes lines of a file; any other one changes rows of a database. */
export function changesLines(plan: RepairPlan): plan is RepairPlan<LineOperation> {
  return plan.sessions.every(({ operations }) => operations.every(isLine));
}

export function changesRows(plan: RepairPlan): plan is RepairPlan<Operation> {
  return plan.sessions.every(({ operations }) => !operations.some(isLine));
}

function isLine(operation: AnyOperation): operation is LineOperation {
  return operation.table === LINE;
}

function isOperation(operation: AnyOperation): boolean {
  return isLine(operation) ? isLineOperation(operation) : isRowOperation(operation);
}

function isLineOperation({ kind, id, at, size, before, text }: LineOperation): boolean {
  const areTexts = [id, before, text].every((value) => typeof value === "string");
  return ["insert", "update", "delete"].includes(kind) && areTexts && [at, size].every(Number.isSafeInteger);
}

function isRowOperation({ kind, table, id, ...rest }: Operation): boolean {
  if (!TABLES.has(table) || typeof id !== "string") return false;
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
