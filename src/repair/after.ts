import type { Findings } from "../model/report.js";
import { FindingList } from "../scan/findings.js";
import type { Applied } from "./apply.js";
import type { AnyOperation } from "./plan.js";
import type { Prepared } from "./prepare.js";

/**
 * The findings of a scan after a repair, without that scan: the conversations that were written have been judged, the
 * others are as the plan's own scan saw them. Null where the file may have changed between the two, or where rows that
 * several conversations share did.
 */
export function findingsAfter(
  { plan, input, findings, stamp }: Prepared<AnyOperation>,
  { after }: Pick<Applied, "after">,
): Findings | null {
  const isSame = after !== undefined && stamp !== undefined && after.stamp === stamp;
  const isWhole = input.status === "ok" && !input.holders?.length && plan.terms.moves === undefined;
  if (!isSame || !isWhole || !(findings instanceof FindingList)) return null;
  const written = new Set<string | null>();
  for (const { session } of plan.sessions) written.add(session);
  const now = new FindingList();
  now.addFrom(findings, written);
  now.addFrom(after.findings, new Set());
  return now;
}
