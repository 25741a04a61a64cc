import { setFlagsFromString } from "node:v8";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { type Finding, type Findings, rank } from "../model/report.js";

/** Findings of one severity and conversation, in their order; plain data, so that threads can hand it over. */
export interface PackedFindings {
  readonly severity: Finding["severity"];
  readonly session: string | null;
  readonly length: number;
  /** Their JSON, deflated. */
  readonly packed: Uint8Array;
}

/** Findings that are packed together at most. */
const MOST = 256;

/** From so many on, memory counts more than the hundredths that collecting garbage more often takes. */
const MANY = 10_000;

export function pack(findings: Finding[]): PackedFindings[] {
  const all: PackedFindings[] = [];
  const sorted = inOrder(findings);
  for (let from = 0, to = 0; from < sorted.length; from = to) {
    const { severity, session } = sorted[from]!;
    while (to < sorted.length && to - from < MOST && isOf(sorted[to]!, severity, session)) to++;
    const json = deflateRawSync(JSON.stringify(sorted.slice(from, to)), { level: 1 });
    // A copy: what zlib returns keeps a buffer that is many times as large.
    all.push({ severity, session, length: to - from, packed: new Uint8Array(json) });
  }
  return all;
}

function unpack({ packed }: PackedFindings): Finding[] {
  return JSON.parse(inflateRawSync(packed).toString()) as Finding[];
}

/**
 * The findings of one input in the order of reports, whatever order they come in. A finding takes about 100 bytes, outside
 * of the heap of JavaScript.
 */
export class FindingList implements Findings {
  length = 0;
  readonly #all: { readonly batch: number; readonly some: PackedFindings }[] = [];
  #batch = 0;

  /** All that is known of some conversations, or what was found without them. */
  add(batch: readonly PackedFindings[]): void {
    this.#batch++;
    const before = this.length;
    for (const some of batch) {
      this.length += some.length;
      this.#all.push({ batch: this.#batch, some });
    }
    // V8 lets a heap grow to four times of what is in use; with less, a hundred thousand of them stay under 200 MB.
    if (before < MANY && this.length >= MANY) setFlagsFromString("--heap-growing-percent=40");
  }

  *[Symbol.iterator](): Generator<Finding> {
    const all = this.#all.sort((one, other) => bySeverityAndSession(one.some, other.some));
    for (let from = 0, to = 0; from < all.length; from = to) {
      const first = all[from]!;
      while (to < all.length && bySeverityAndSession(first.some, all[to]!.some) === 0) to++;
      const same = all.slice(from, to);
      // A conversation comes at once and in order, but for rows that were found without it.
      if (same.every(({ batch }) => batch === first.batch)) for (const { some } of same) yield* unpack(some);
      else yield* inOrder(same.flatMap(({ some }) => unpack(some)));
    }
  }
}

function isOf(finding: Finding, severity: Finding["severity"], session: string | null): boolean {
  return finding.severity === severity && finding.session === session;
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
