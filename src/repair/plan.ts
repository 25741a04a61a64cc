import { LINE } from "../files/line-differences.js";
import type { LineOperation } from "../files/line-write.js";
import type { Operation } from "../files/rows.js";
import { conversationTable } from "../files/tables.js";
import { judgeInPlace } from "../judge/judge.js";
import type { JudgeTerms } from "../judge/terms.js";
import type { Move } from "../model/move.js";
import type { Finding } from "../model/report.js";
import type { BatchContext } from "../scan/batch.js";
import { generationOf, type Host } from "../stores/host.js";
import { type DatabaseStore, hostOf } from "../stores/index.js";
import type { AnyStore, Workbench } from "../stores/store.js";
import { TOOL } from "../version.js";
import { reasonOf } from "./attempts.js";
import { type Look, mendRounds, type RepairOptions } from "./rounds.js";
import { type SessionPlan, type SessionPlans, somePlan, writesIn } from "./session-plans.js";
import type { AnyOperation, Write } from "./writes.js";

export type { SessionPlan } from "./session-plans.js";
export type { AnyOperation } from "./writes.js";

/** The terms of a plan. The conversations are judged on them again after the plan was applied. */
export interface PlanTerms {
  readonly input: string;
  readonly hostVersion: string;
  readonly providers: readonly string[];
  readonly model?: string;
  readonly now: number;
  /** Directories that moved. */
  readonly moves?: readonly Move[];
}

export interface RepairPlan<O extends AnyOperation = Operation> {
  readonly schemaVersion: 1;
  readonly tool: { readonly name: string; readonly version: string };
  readonly database: string;
  /** The id of the store. */
  readonly kind: string;
  /** The program that wrote the file, where it is a fork of the usual one. */
  readonly host?: string;
  readonly terms: PlanTerms;
  /** The repairs that the user asked for besides the safe ones. */
  readonly options?: RepairOptions;
  /** Reasons why the plan would be refused now. */
  readonly obstacles?: readonly string[];
  readonly sessions: SessionPlans<O>;
}

/** A plan of these sessions. */
export function newPlan<O extends AnyOperation>(
  { id }: AnyStore,
  terms: PlanTerms,
  options: RepairOptions,
  { host, obstacles, sessions }: Pick<RepairPlan<O>, "host" | "obstacles" | "sessions">,
): RepairPlan<O> {
  return {
    schemaVersion: 1,
    tool: TOOL,
    database: terms.input,
    kind: id,
    ...(host && { host }),
    terms,
    options,
    ...(obstacles && { obstacles }),
    sessions,
  };
}

/** The terms on which a scan of this context plans. */
export function planTermsOf({ input, hostVersion, providers, model, now, moves }: BatchContext): PlanTerms {
  return { input, hostVersion, providers, ...(model && { model }), now, ...(moves && { moves }) };
}

/** `told`: the program that the file tells. */
export function judgeTermsOf(store: AnyStore, told: Host | null, terms: PlanTerms): JudgeTerms {
  const host = hostOf(store, told, terms.hostVersion);
  const generation = host && generationOf(host, terms.hostVersion);
  return { ...terms, live: false, store, host, generation, features: generation?.features ?? {} };
}

/** A bench that tells what differs from the rows, or the lines, as they were. */
interface PlanBench<O extends AnyOperation> extends Workbench {
  operations(session: string | null): O[];
}

/**
 * Plans the repair of one conversation on a working copy of its rows, or of its lines. `first`: as in `mendRounds`.
 */
export function planSession<O extends AnyOperation>(
  bench: PlanBench<O>,
  terms: JudgeTerms,
  options: RepairOptions,
  first?: Look,
): SessionPlan<O> {
  const judge = (conversation: Parameters<typeof judgeInPlace>[0]) => judgeInPlace(conversation, terms);
  const { skipped, isBetter, ...outcome } = mendRounds(bench, { judge, moves: terms.moves }, options, first);
  return {
    ...outcome,
    operations: isBetter ? bench.operations(outcome.session) : [],
    ...(skipped.length > 0 && { skipped }),
  };
}

/** True for a plan that changes lines of a file; any other plan changes rows of a database. */
export function changesLines(plan: RepairPlan<AnyOperation>): plan is RepairPlan<LineOperation> {
  return !somePlan(plan.sessions, (session) => !writesIn(session).every(isOfLines));
}

export function changesRows(plan: RepairPlan<AnyOperation>): plan is RepairPlan {
  return !somePlan(plan.sessions, (session) => writesIn(session).some(isOfLines));
}

function isOfLines({ table }: Write): boolean {
  return table === LINE;
}

/** A conversation that cannot be planned stays as it is, and does not stop the others. `findings`: its own. */
export function planOrSkip(
  id: string,
  store: DatabaseStore,
  findings: Iterable<Finding>,
  plan: () => SessionPlan,
): SessionPlan {
  try {
    return plan();
  } catch (error) {
    const remaining = [...findings];
    const table = conversationTable(store.database.tables).name;
    const skipped = { rule: remaining[0]?.rule ?? "", table, id, reason: reasonOf(error) };
    return { session: id, operations: [], mended: [], remaining, skipped: [skipped], expected: [] };
  }
}
