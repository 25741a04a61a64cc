import { type Packed, packed, unpacked } from "../model/packed.js";
import { present } from "../model/present.js";
import { type Finding, type Findings, rank } from "../model/report.js";

/** Findings of one severity and conversation, sorted; plain data that threads can exchange. */
export interface PackedFindings {
  readonly severity: Finding["severity"];
  readonly session: string | null;
  readonly length: number;
  readonly packed: Packed;
}

/** The most findings that are packed together. */
const MOST = 256;

/** From this number of findings on, memory counts more than the last hundredths of the speed. */
const MANY = 10_000;

export function pack(findings: Finding[]): PackedFindings[] {
  const all: PackedFindings[] = [];
  const sorted = inOrder(findings);
  for (let from = 0, to = 0; from < sorted.length; from = to) {
    const { severity, session } = present(sorted[from]);
    while (to - from < MOST && isOf(sorted[to], severity, session)) to++;
    all.push({ severity, session, length: to - from, packed: packed(sorted.slice(from, to)) });
  }
  return all;
}

export function unpack(some: PackedFindings): Finding[] {
  return unpacked(some.packed) as Finding[];
}

/**
 * The findings of one input, sorted for the report whatever order they arrive in. A finding takes about 100 bytes, outside
 * of the JavaScript heap.
 */
export class FindingList implements Findings {
  length = 0;
  readonly #all: { readonly batch: number; readonly some: PackedFindings }[] = [];
  #batch = 0;
  readonly #onMany: (() => void) | undefined;

  /** `onMany`: called when the list becomes long. */
  constructor(onMany?: () => void) {
    this.#onMany = onMany;
  }

  /** Adds all findings of some conversations, or findings that belong to no conversation that was read. */
  add(batch: readonly PackedFindings[]): void {
    this.#batch++;
    const before = this.length;
    for (const some of batch) {
      this.length += some.length;
      this.#all.push({ batch: this.#batch, some });
    }
    if (before < MANY && this.length >= MANY) this.#onMany?.();
  }

  /** Adds the findings of another list, but for those of some conversations. */
  addFrom(other: FindingList, without: ReadonlySet<string | null>): void {
    for (const { some } of other.#all) if (!without.has(some.session)) this.add([some]);
  }

  *[Symbol.iterator](): Generator<Finding> {
    const all = this.#all.sort((one, other) => bySeverityAndSession(one.some, other.some));
    for (let from = 0, to = 0; from < all.length; from = to) {
      const { batch, some } = present(all[from]);
      let next = all[to];
      while (next && bySeverityAndSession(some, next.some) === 0) next = all[++to];
      const same = all.slice(from, to);
      // The findings of a conversation arrive together and sorted; those of its orphan rows come apart.
      if (same.every((one) => one.batch === batch)) for (const one of same) yield* unpack(one.some);
      else yield* inOrder(same.flatMap((one) => unpack(one.some)));
    }
  }
}

function isOf(one: Finding | undefined, severity: Finding["severity"], session: string | null): boolean {
  return one?.severity === severity && one.session === session;
}

/** Sorts in place: the worst first, then by conversation and place. */
export function inOrder(findings: Finding[]): Finding[] {
  return findings.sort(
    (one, other) =>
      bySeverityAndSession(one, other) ||
      (one.position ?? 0) - (other.position ?? 0) ||
      compare(one.message ?? "", other.message ?? "") ||
      compare(one.part ?? "", other.part ?? "") ||
      compare(one.rule, other.rule),
  );
}

function bySeverityAndSession(
  one: Pick<Finding, "severity" | "session">,
  other: Pick<Finding, "severity" | "session">,
): number {
  return rank[one.severity] - rank[other.severity] || compare(one.session ?? "", other.session ?? "");
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
