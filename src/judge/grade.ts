import type { Conversation } from "../model/conversation.js";
import { once } from "../model/once.js";
import type { Severity } from "../model/report.js";
import type { Provider, Wire } from "../providers/providers.js";
import type { Symptom } from "../rules/rule.js";
import type { HostGeneration } from "../stores/host.js";
import { nextWireOf } from "../stores/opencode/replay/models.js";
import type { JudgeOptions } from "./judge.js";

/** How much a refusal counts: fully where the conversation goes on with this provider and this version of the host. */
export function gradeOf(
  conversation: Conversation,
  provider: Provider,
  generation: HostGeneration | null,
  options: JudgeOptions,
  symptom?: Symptom,
): Severity {
  const isNamed = options.providers.length > 0;
  if (!(isNamed ? options.providers.includes(provider.id) : provider.major)) return "info";
  const wire = isNamed ? undefined : wireInUse(conversation).wire;
  if (wire !== undefined && wire !== provider.wire) return symptom?.elsewhere ?? "warning";
  return isCurrent(generation, options) ? "error" : "warning";
}

export function isCurrent(generation: HostGeneration | null, options: JudgeOptions): boolean {
  return generation === null || generation === options.generation;
}

/** The wire of the model that goes on; undefined where the conversation does not tell. */
const wireInUse = once((conversation: Conversation): { wire?: Wire } =>
  conversation.store === "opencode" ? { wire: nextWireOf(conversation.messages) } : {},
);
