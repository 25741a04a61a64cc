import type { Operation } from "../files/rows.js";
import { type Packed, packed, unpacked } from "../model/packed.js";
import type { Finding } from "../model/report.js";
import type { SkippedRow } from "./attempts.js";
import { type AnyOperation, countWrites, type Writes } from "./writes.js";

/** The kinds of changes of plans that were packed. */
const packedWrites = new WeakMap<object, readonly Writes[]>();

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

/** The kinds of changes of a plan. A packed plan is not unpacked for them. */
export function writesIn(plan: SessionPlan<AnyOperation>): readonly Writes[] {
  return packedWrites.get(plan) ?? countWrites(plan.operations);
}

/** The number of rows, or of lines, that a plan changes. A packed plan is not unpacked for it. */
export function rowsIn(plan: SessionPlan<AnyOperation>): number {
  return writesIn(plan).reduce((sum, { rows }) => sum + rows, 0);
}

/** The plan of a conversation, of which operations and the rest are packed apart. */
export interface PackedPlan {
  readonly session: string | null;
  readonly writes: readonly Writes[];
  readonly operations: Packed;
  readonly rest: Packed;
}

export function packPlan<O extends AnyOperation>({
  session,
  operations,
  ...rest
}: SessionPlan<O>): PackedPlan {
  return { session, writes: countWrites(operations), operations: packed(operations), rest: packed(rest) };
}

/** The plan, of which only the parts that are asked for are unpacked. */
export function unpackPlan<O extends AnyOperation>({ session, ...plan }: PackedPlan): SessionPlan<O> {
  let rest: Omit<SessionPlan, "session" | "operations"> | undefined;
  const told = () => {
    rest ??= unpacked(plan.rest) as NonNullable<typeof rest>;
    return rest;
  };
  let operations: readonly O[] | undefined;
  const unpackedPlan = {
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
      operations ??= unpacked(plan.operations) as readonly O[];
      return operations;
    },
    get skipped() {
      return told().skipped;
    },
  };
  packedWrites.set(unpackedPlan, plan.writes);
  return unpackedPlan;
}

/** A list of plans that are never in memory together. */
export class PackedPlans<O extends AnyOperation> implements SessionPlans<O> {
  readonly #plans: PackedPlan[] = [];

  get length(): number {
    return this.#plans.length;
  }

  add(plan: PackedPlan): void {
    this.#plans.push(plan);
  }

  /** As an array is written. */
  toJSON(): SessionPlan<O>[] {
    return [...this];
  }

  *[Symbol.iterator](): Generator<SessionPlan<O>> {
    for (const plan of this.#plans) yield unpackPlan(plan);
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
