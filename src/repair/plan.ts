import type { Operation } from "../files/rows.js";
import { judgeInPlace } from "../judge/judge.js";
import type { JudgeTerms } from "../judge/terms.js";
import type { Move } from "../model/move.js";
import type { Finding } from "../model/report.js";
import { generationOf, type Host } from "../stores/host.js";
import type { AnyStore, RowBench } from "../stores/store.js";
import type { SkippedRow } from "./attempts.js";
import { mendRounds, type RepairOptions } from "./rounds.js";

export interface SessionPlan {
  readonly session: string | null;
  readonly operations: readonly Operation[];
  /** Findings that the operations mend. */
  readonly mended: readonly Finding[];
  /** Findings that stay, with the reason. */
  readonly remaining: readonly Finding[];
  /** Rows that could not be mended, and why. */
  readonly skipped?: readonly SkippedRow[];
  /** The fingerprints that a scan must find after the repair. */
  readonly expected: readonly string[];
}

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

export interface RepairPlan {
  readonly schemaVersion: 1;
  readonly tool: { readonly name: string; readonly version: string };
  readonly database: string;
  /** The id of the store. */
  readonly kind: string;
  readonly terms: PlanTerms;
  /** The repairs that the user asked for besides the safe ones. */
  readonly options?: RepairOptions;
  /** Reasons why the plan would be refused now. */
  readonly obstacles?: readonly string[];
  readonly sessions: readonly SessionPlan[];
}

export function judgeTermsOf(store: AnyStore, host: Host | null, terms: PlanTerms): JudgeTerms {
  const generation = host && generationOf(host, terms.hostVersion);
  return { ...terms, live: false, store, host, generation, features: generation?.features ?? {} };
}

/** Plans the repair of one conversation on a working copy of its rows. */
export function planSession(bench: RowBench, terms: JudgeTerms, options: RepairOptions): SessionPlan {
  const judge = (conversation: Parameters<typeof judgeInPlace>[0]) => judgeInPlace(conversation, terms);
  const { skipped, ...outcome } = mendRounds(bench, { judge, moves: terms.moves }, options);
  return {
    ...outcome,
    operations: outcome.isBetter ? bench.operations(outcome.session) : [],
    ...(skipped.length > 0 && { skipped }),
  };
}
