import type { Operation } from "../files/rows.js";
import type { Spool, Spooled } from "../files/spool.js";
import type { Finding } from "../model/report.js";
import type { SkippedRow } from "./attempts.js";
import { type AnyOperation, countWrites, type Writes } from "./writes.js";

/** The kinds of changes of plans that lie in a spool. */
const knownWrites = new WeakMap<object, readonly Writes[]>();

export interface SessionPlan<O extends AnyOperation = Operation> {
  readonly session: string | null;
  readonly operations: readonly O[];
  /** Findings that the operations mend. */
  readonly mended: readonly Finding[];
  /** Findings that stay, with the reason. */
  readonly remaining: readonly Finding[];
  /** Rows that could not be mended, and why. */
  readonly skipped?: readonly SkippedRow[];
  /** The fingerprints that a scan must find after the repair. */
  readonly expected: readonly string[];
}

/** Plans of conversations, in order. Many are read one by one each time: they are never in memory together. */
export interface SessionPlans<O extends AnyOperation = AnyOperation> extends Iterable<SessionPlan<O>> {
  readonly length: number;
}

/** True for a plan that changes nothing and tells nothing. */
export function isIdle({ operations, remaining, skipped }: SessionPlan<AnyOperation>): boolean {
  return operations.length === 0 && remaining.length === 0 && !skipped;
}

/** The kinds of changes of a plan. A plan that lies in a spool is not read for them. */
export function writesIn(plan: SessionPlan<AnyOperation>): readonly Writes[] {
  return knownWrites.get(plan) ?? countWrites(plan.operations);
}

/** The number of rows, or of lines, that a plan changes. A plan that lies in a spool is not read for it. */
export function rowsIn(plan: SessionPlan<AnyOperation>): number {
  return writesIn(plan).reduce((sum, { rows }) => sum + rows, 0);
}

/** The plan of a conversation as JSON, of which operations and the rest stand apart: plain data that threads exchange. */
export interface PlanText {
  readonly session: string | null;
  readonly writes: readonly Writes[];
  readonly operations: string;
  readonly rest: string;
}

/** A plan, or what holds one, whose JSON lies in a spool. */
export type SpooledPlan<Plan extends PlanText = PlanText> = Omit<Plan, "operations" | "rest"> & {
  readonly operations: Spooled;
  readonly rest: Spooled;
};

export function textOfPlan<O extends AnyOperation>({
  session,
  operations,
  ...rest
}: SessionPlan<O>): PlanText {
  return {
    session,
    writes: countWrites(operations),
    operations: JSON.stringify(operations),
    rest: JSON.stringify(rest),
  };
}

export function spooled<Plan extends PlanText>(plan: Plan, spool: Spool): SpooledPlan<Plan> {
  return { ...plan, operations: spool.add(plan.operations), rest: spool.add(plan.rest) };
}

/** The plan, of which only the parts that are asked for are read. */
function readPlan<O extends AnyOperation>({ session, ...plan }: SpooledPlan, spool: Spool): SessionPlan<O> {
  let rest: Omit<SessionPlan, "session" | "operations"> | undefined;
  const told = () => {
    rest ??= JSON.parse(spool.read(plan.rest)) as NonNullable<typeof rest>;
    return rest;
  };
  let operations: readonly O[] | undefined;
  const lazy = {
    session,
    get mended() {
      return told().mended;
    },
    get remaining() {
      return told().remaining;
    },
    get expected() {
      return told().expected;
    },
    get operations() {
      operations ??= JSON.parse(spool.read(plan.operations)) as readonly O[];
      return operations;
    },
    get skipped() {
      return told().skipped;
    },
  };
  knownWrites.set(lazy, plan.writes);
  return lazy;
}

/** A list of plans that lie in a spool, and are never in memory together. */
export class SpooledPlans<O extends AnyOperation> implements SessionPlans<O> {
  readonly #plans: SpooledPlan[] = [];
  readonly #spool: Spool;

  constructor(spool: Spool) {
    this.#spool = spool;
  }

  get length(): number {
    return this.#plans.length;
  }

  /** Adds a plan, or one whose JSON lies in the same spool. */
  add(plan: SessionPlan<O> | SpooledPlan): void {
    this.#plans.push("writes" in plan ? plan : spooled(textOfPlan(plan), this.#spool));
  }

  /** As an array is written. */
  toJSON(): SessionPlan<O>[] {
    return [...this];
  }

  *[Symbol.iterator](): Generator<SessionPlan<O>> {
    for (const plan of this.#plans) yield readPlan(plan, this.#spool);
  }
}

/** The plans that pass the test, as often as they are asked for. */
export function plansWhere<O extends AnyOperation>(
  plans: SessionPlans<O>,
  test: (plan: SessionPlan<O>, at: number) => boolean,
): SessionPlans<O> {
  return {
    get length() {
      let length = 0;
      for (const _ of this) length++;
      return length;
    },
    *[Symbol.iterator]() {
      let at = 0;
      for (const plan of plans) if (test(plan, at++)) yield plan;
    },
  };
}

export function somePlan<O extends AnyOperation>(
  plans: SessionPlans<O>,
  test: (plan: SessionPlan<O>) => boolean,
): boolean {
  for (const plan of plans) if (test(plan)) return true;
  return false;
}

/** True if a plan changes anything. */
export function someChange(plans: SessionPlans): boolean {
  return somePlan(plans, (plan) => writesIn(plan).length > 0);
}

/** The kinds of changes of all plans, each once or a few times. */
export function* allWrites(plans: SessionPlans): Generator<Writes> {
  for (const plan of plans) yield* writesIn(plan);
}
