import { type Finding, type Findings, rank } from "../model/report.js";

/** What many findings share; each is kept once. */
type Shared = Pick<Finding, "rule" | "severity" | "input" | "effects" | "repair">;
type Own = Omit<Finding, keyof Shared | "session">;
/** `shared`: its place in the list, or itself where that is full. */
type Packed = [shared: number | Shared, own: Own];

interface Chunk {
  readonly severity: Finding["severity"];
  readonly session: string | null;
  /** The call of `add` that it came with. */
  readonly batch: number;
  readonly json: Buffer;
}

/** Findings a chunk. */
const CHUNK = 256;
/** Damages of one kind have the same effects; error texts that name a row are all different. */
const MOST_SHARED = 1000;

/**
 * The findings of one input in the order of reports, whatever order they come in. A finding takes about 200 bytes, outside
 * of the heap of JavaScript.
 */
export class FindingList implements Findings {
  length = 0;
  readonly #chunks: Chunk[] = [];
  readonly #shared: Shared[] = [];
  readonly #places = new Map<string, number>();
  #batch = 0;

  add(findings: Finding[]): void {
    this.#batch++;
    this.length += findings.length;
    const sorted = inOrder(findings);
    for (let from = 0, to = 0; from < sorted.length; from = to) {
      const { severity, session } = sorted[from]!;
      while (to < sorted.length && to - from < CHUNK && isOf(sorted[to]!, severity, session)) to++;
      const json = Buffer.from(JSON.stringify(sorted.slice(from, to).map((finding) => this.#pack(finding))));
      this.#chunks.push({ severity, session, batch: this.#batch, json });
    }
  }

  *[Symbol.iterator](): Generator<Finding> {
    const chunks = this.#chunks.sort(bySeverityAndSession);
    for (let from = 0, to = 0; from < chunks.length; from = to) {
      const first = chunks[from]!;
      while (to < chunks.length && bySeverityAndSession(first, chunks[to]!) === 0) to++;
      const same = chunks.slice(from, to);
      // A conversation comes at once and in order, but for rows that were found without it.
      if (same.every(({ batch }) => batch === first.batch))
        for (const chunk of same) yield* this.#unpack(chunk);
      else yield* inOrder(same.flatMap((chunk) => this.#unpack(chunk)));
    }
  }

  #pack({ rule, severity, input, session: _, effects, repair, ...own }: Finding): Packed {
    const shared: Shared = { rule, severity, input, effects, repair };
    const key = JSON.stringify(shared);
    const known = this.#places.get(key);
    if (known !== undefined) return [known, own];
    if (this.#shared.length === MOST_SHARED) return [shared, own];
    this.#places.set(key, this.#shared.length);
    return [this.#shared.push(shared) - 1, own];
  }

  #unpack({ session, json }: Chunk): Finding[] {
    return (JSON.parse(json.toString()) as Packed[]).map(([place, own]) => {
      const { effects, repair, ...head } = typeof place === "number" ? this.#shared[place]! : place;
      const { evidence, fingerprint, ...where } = own;
      return { ...head, session, ...where, evidence, effects, repair, fingerprint };
    });
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
