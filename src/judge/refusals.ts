import type { Conversation, Turn } from "../model/conversation.js";
import { once } from "../model/once.js";
import { pairCalls } from "../model/pairing.js";
import type { Provider } from "../providers/providers.js";
import type { AnyRule, Symptom } from "../rules/rule.js";
import type { AnyStore } from "../stores/store.js";
import { asRead } from "./scenarios.js";

export interface Refusal {
  readonly rule: AnyRule;
  readonly symptom: Symptom;
}

const judged = once((_: readonly Turn[]) => new Map<Provider, readonly Refusal[]>());

/** Everything that a provider refuses in these turns. The answer is kept, so that each provider checks a list once. */
export function refusalsOf(
  store: AnyStore,
  conversation: Conversation,
  sent: readonly Turn[],
  provider: Provider,
): readonly Refusal[] {
  const known = judged(sent);
  const before = known.get(provider);
  if (before) return before;
  const turns = asRead(sent, provider);
  const view = {
    turns,
    messages: provider.checksShape ? sent : turns,
    pairing: pairCalls(turns),
    model: conversation.model,
  };
  const refusals = store.rules.flatMap((rule) =>
    (rule.check?.(view, provider) ?? []).map((symptom) => ({ rule, symptom })),
  );
  known.set(provider, refusals);
  return refusals;
}
