import { DoctorError } from "../errors.js";
import { judge } from "../judge/judge.js";
import type { DatabaseStore } from "../stores/index.js";
import type { Reader } from "../stores/reader.js";
import { judgeTermsOf, type RepairPlan, type SessionPlan } from "./plan.js";

/** The scan's own code, inside the transaction, must find what the plan foresaw and nothing else. */
export function verify(
  store: DatabaseStore,
  reader: Reader,
  path: string,
  plan: RepairPlan,
  { session, expected }: SessionPlan,
): void {
  if (session === null) return;
  const handle = reader.handleOf(session);
  if (handle === null)
    throw new DoctorError(
      "VERIFY_FAILED",
      `${path}: session ${session} is gone after the repair; rolled back`,
    );
  const conversation = reader.read(handle);
  const foreseen = new Set(expected);
  const found = judge(conversation, judgeTermsOf(store, reader.host, plan.terms));
  const unforeseen = found.filter(({ fingerprint }) => !foreseen.has(fingerprint));
  if (unforeseen.length > 0 || found.length !== expected.length)
    throw new DoctorError(
      "VERIFY_FAILED",
      `${path}: session ${session} does not scan as planned after the repair (${unforeseen[0]?.rule ?? "a finding is gone"}); rolled back`,
    );
}
