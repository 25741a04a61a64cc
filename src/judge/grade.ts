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
  const recipients = terms.providers.length > 0 ? undefined : terms.host?.recipients?.(conversation);
  if (recipients && !recipients.used.includes(provider.id))
    return recipients.possible.includes(provider.id) ? "warning" : "info";
  if (!recipients && !counts(provider, conversation, terms)) return "info";
  const wire = terms.providers.length > 0 ? undefined : terms.host?.nextWire?.(conversation);
  if (wire !== undefined && wire !== provider.wire) return symptom?.elsewhere ?? "warning";
  return isInUse ? "error" : "warning";
}

/** True for the providers that were named; else for those that the host sends to, or the large ones. */
export function counts(
  { id, major }: Provider,
  conversation: Conversation,
  { providers, host }: JudgeTerms,
): boolean {
  if (providers.length > 0) return providers.includes(id);
  const recipients = host?.recipients?.(conversation);
  return recipients ? recipients.used.includes(id) : major === true;
}

export function isCurrent(generation: HostGeneration, terms: JudgeTerms): boolean {
  return generation === terms.generation;
}
