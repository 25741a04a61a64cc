import type { Conversation } from "../model/conversation.js";
import type { Severity } from "../model/report.js";
import type { Provider } from "../providers/providers.js";
import type { Symptom } from "../rules/rule.js";
import type { HostGeneration } from "../stores/host.js";
import type { JudgeTerms } from "./terms.js";

/**
 * Grades a refusal: an error if the conversation goes on with this provider and this version of the host.
 * `isInUse`: the host version in use sends the request.
 */
export function gradeOf(
  conversation: Conversation,
  provider: Provider,
  isInUse: boolean,
  terms: JudgeTerms,
  symptom?: Symptom,
): Severity {
  if (!counts(provider, terms)) return "info";
  const wire = terms.providers.length > 0 ? undefined : terms.host?.nextWire?.(conversation);
  if (wire !== undefined && wire !== provider.wire) return symptom?.elsewhere ?? "warning";
  return isInUse ? "error" : "warning";
}

/** True for the providers that were named; where none was, for the large ones. */
export function counts({ id, major }: Provider, { providers }: JudgeTerms): boolean {
  return providers.length > 0 ? providers.includes(id) : major === true;
}

export function isCurrent(generation: HostGeneration, terms: JudgeTerms): boolean {
  return generation === terms.generation;
}
