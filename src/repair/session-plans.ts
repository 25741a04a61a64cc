import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { LineOperation } from "../files/line-write.js";
import type { Operation } from "../files/rows.js";
import type { Finding } from "../model/report.js";
import type { SkippedRow } from "./attempts.js";

/** A change of a database's row, or of a file's line. */
export type AnyOperation = Operation | LineOperation;

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

/** Up to this size (characters of JSON) plans stay as they are; above it, this much is packed together. */
const BATCH = 4 << 20;

/** A list of plans. A long one is kept as compressed JSON outside of the JavaScript heap, about 150 bytes for each row. */
export class PackedPlans<O extends AnyOperation> implements SessionPlans<O> {
  length = 0;
  readonly #packed: Uint8Array[] = [];
  #last: SessionPlan<O>[] = [];
  #size = 0;

  add(plan: SessionPlan<O>): void {
    this.length++;
    this.#last.push(plan);
    this.#size += sizeOf(plan);
    if (this.#size < BATCH) return;
    // Copied, because the result of zlib keeps a much larger buffer alive.
    this.#packed.push(new Uint8Array(deflateRawSync(JSON.stringify(this.#last), { level: 1 })));
    this.#last = [];
    this.#size = 0;
  }

  /** As an array is written. */
  toJSON(): SessionPlan<O>[] {
    return [...this];
  }

  *[Symbol.iterator](): Generator<SessionPlan<O>> {
    for (const packed of this.#packed)
      yield* JSON.parse(inflateRawSync(packed).toString()) as SessionPlan<O>[];
    yield* this.#last;
  }
}

/** Characters of JSON, roughly. */
function sizeOf({ operations, mended, remaining }: SessionPlan<AnyOperation>): number {
  const ofEdits = operations.reduce(
    (sum, one) => sum + (one.kind === "delete" ? 0 : JSON.stringify(one).length),
    0,
  );
  return 500 * operations.length + 1000 * (mended.length + remaining.length) + ofEdits;
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

/** The operations of all plans, one by one. */
export function* operationsOf<O extends AnyOperation>(plans: SessionPlans<O>): Generator<O> {
  for (const { operations } of plans) yield* operations;
}
