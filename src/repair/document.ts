import type { OwnTexts } from "../files/json-text.js";
import { judgeInPlace } from "../judge/judge.js";
import type { Judged, JudgeTerms } from "../judge/terms.js";
import type { Conversation, Json } from "../model/conversation.js";
import type { Finding } from "../model/report.js";
import type { DocumentBench, DocumentForm } from "../stores/store.js";
import type { SkippedRow } from "./attempts.js";
import { isOptedIn, mendRounds, type RepairOptions } from "./rounds.js";

export interface MendedDocument {
  readonly session: string;
  /** The given value itself if nothing changed; pieces that were whole are the given objects. */
  readonly value: Json;
  /** The texts of values that a file gets as they were. */
  readonly texts?: OwnTexts;
  readonly mended: readonly Finding[];
  readonly remaining: readonly Finding[];
  /** Rows that could not be mended, and why. */
  readonly skipped: readonly SkippedRow[];
}

/**
 * Mends one document, by the same rules and the same rounds as the rows of a database. Closes the bench.
 * `isMeant`: the findings that are mended and told; all of them by default.
 */
export function mendDocument(
  form: Pick<DocumentForm, "mayUncover">,
  bench: DocumentBench,
  value: Json,
  terms: JudgeTerms,
  options: RepairOptions,
  isMeant: (judged: Judged) => boolean = () => true,
): MendedDocument {
  try {
    const { recalled } = bench;
    const chosen = { ...options, hasCalls: recalled?.isWhole };
    const counts = (judged: Judged) =>
      isMeant(judged) &&
      (!terms.store.isForItsReaders ||
        judged.finding.severity !== "info" ||
        isOptedIn(judged.finding.rule, chosen) === true);
    const judge = (conversation: Conversation) => judgeInPlace(conversation, terms).filter(counts);
    const outcome = mendRounds(bench, { judge, mayUncover: form.mayUncover }, chosen);
    const { session, mended, remaining, skipped } = outcome;
    const result = bench.result();
    if (result === null)
      return {
        session,
        value,
        mended: [],
        remaining: [...mended, ...remaining].map(asBeyondRepair),
        skipped,
      };
    const told = remaining.map((finding) => withRecalled(finding, recalled?.known));
    return {
      session,
      value: outcome.isBetter ? result : value,
      ...(bench.texts && { texts: bench.texts }),
      mended,
      remaining: told,
      skipped,
    };
  } finally {
    bench.close();
  }
}

function asBeyondRepair(finding: Finding): Finding {
  return { ...finding, repair: { safety: "none" } };
}

/** Says how many of the lost calls a database knows, at the finding that asks for them. */
function withRecalled(finding: Finding, known: number | undefined): Finding {
  if (known === undefined || isOptedIn(finding.rule, { hasCalls: true }) !== true) return finding;
  return { ...finding, evidence: { ...finding.evidence, recalled: known } };
}
