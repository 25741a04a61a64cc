import type { Conversation, Turn } from "../model/conversation.js";
import { once } from "../model/once.js";
import { pairCalls } from "../model/pairing.js";
import { inBody, type Provider } from "../providers/providers.js";
import { RULES } from "../rules/index.js";
import type { Rule, Symptom } from "../rules/rule.js";
import { asRead } from "./scenarios.js";

const CHECKS = RULES.filter((rule) => rule.check !== undefined);

export interface Refusal {
  readonly rule: Rule;
  readonly symptom: Symptom;
}

/** By provider, and by the model that is asked where the conversation does not say it. */
const judged = once((_: readonly Turn[]) => new Map<Provider, Map<string | undefined, readonly Refusal[]>>());

/**
 * What a provider refuses in these turns; asked once for each list of turns. `stored`: only what is judged as stored;
 * `model`: the one that is asked where the conversation does not say it.
 */
export function refusalsOf(
  conversation: Conversation,
  sent: readonly Turn[],
  row: Provider,
  stored = false,
  model?: string,
): readonly Refusal[] {
  const provider = inBody(row, conversation.format);
  const known = judged(sent).get(provider) ?? new Map<string | undefined, readonly Refusal[]>();
  judged(sent).set(provider, known);
  const before = known.get(model);
  if (before) return before;
  const turns = asRead(sent, provider);
  const view = {
    turns,
    messages: provider.checksShape ? sent : turns,
    pairing: pairCalls(turns),
    model: conversation.model ?? model,
    format: conversation.format,
    settings: conversation.settings,
  };
  const rules = CHECKS.filter(
    (rule) =>
      rule.inputs.includes(conversation.store) && (!stored || rule.asStored?.includes(conversation.store)),
  );
  const refusals = rules.flatMap((rule) => rule.check!(view, provider).map((symptom) => ({ rule, symptom })));
  known.set(model, refusals);
  return refusals;
}
