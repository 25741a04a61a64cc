import { DoctorError } from "../errors.js";
import { isPlain, judge } from "../judge/judge.js";
import type { Finding } from "../model/report.js";
import type { DatabaseStore } from "../stores/index.js";
import type { Reader } from "../stores/reader.js";
import { judgeTermsOf, type RepairPlan, type SessionPlan } from "./plan.js";

/**
 * The scan's own code, inside the transaction, must find what the plan foresaw and nothing else. Returns what it found.
 * @throws DoctorError VERIFY_FAILED
 */
export function verify(
  store: DatabaseStore,
  reader: Reader,
  path: string,
  plan: RepairPlan,
  { session, expected }: SessionPlan,
): Finding[] {
  if (session === null) return [];
  const handle = reader.handleOf(session);
  if (handle === null)
    throw new DoctorError(
      "VERIFY_FAILED",
      `${path}: session ${session} is gone after the repair; rolled back`,
    );
  const terms = judgeTermsOf(store, reader.host, plan.terms);
  const skimmed = reader.skim?.(handle);
  const found =
    skimmed && isPlain(skimmed, terms) ? [] : judge(skimmed?.read() ?? reader.read(handle), terms);
  const foreseen = new Set(expected);
  const unforeseen = found.filter(({ fingerprint }) => !foreseen.has(fingerprint));
  if (unforeseen.length > 0 || found.length !== expected.length)
    throw new DoctorError(
      "VERIFY_FAILED",
      `${path}: session ${session} does not scan as planned after the repair (${unforeseen[0]?.rule ?? "a finding is gone"}); rolled back`,
    );
  return found;
}
