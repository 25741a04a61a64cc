import type { Block, Conversation, Turn } from "../model/conversation.js";
import { once } from "../model/once.js";
import { pairCalls } from "../model/pairing.js";
import { inBody, type Provider } from "../providers/providers.js";
import type { AnyRule, Symptom } from "../rules/rule.js";
import type { AnyStore } from "../stores/store.js";
import { asRead } from "./scenarios.js";

export interface Refusal {
  readonly rule: AnyRule;
  readonly symptom: Symptom;
}

const checking = once((rules: readonly AnyRule[]) => rules.filter(({ check }) => check));

/** The turns that the AI SDK sends to Claude: its packages warn, and leave out thinking that has no signature. */
const withSignatures = once((turns: readonly Turn[]) =>
  turns.map((turn) => ({ ...turn, blocks: turn.blocks.filter((block) => !isUnsigned(block)) })),
);

function isUnsigned(block: Block): boolean {
  return block.kind === "thinking" && (block.signature === "none" || block.signature === "empty");
}

/** The refusals of a list of turns: by provider, and by the model that the user named for a conversation without one. */
const judged = once((_: readonly Turn[]) => new Map<Provider, Map<string | undefined, readonly Refusal[]>>());

/**
 * Finds everything that a provider refuses in these turns. Each list of turns is checked once for each provider.
 * `model`: the model that is asked where the conversation does not name it.
 */
export function refusalsOf(
  store: AnyStore,
  conversation: Conversation,
  told: readonly Turn[],
  row: Provider,
  model?: string,
): readonly Refusal[] {
  const provider = inBody(row, conversation.format);
  const known = judged(told).get(provider) ?? new Map<string | undefined, readonly Refusal[]>();
  judged(told).set(provider, known);
  const before = known.get(model);
  if (before) return before;
  const sent = conversation.format === "ai-sdk" && provider.checksThinking ? withSignatures(told) : told;
  const turns = asRead(sent, provider);
  const view = {
    turns,
    messages: provider.checksShape ? sent : turns,
    pairing: pairCalls(turns),
    model: conversation.model ?? model,
    format: conversation.format,
    settings: conversation.settings,
  };
  const refusals: Refusal[] = [];
  for (const rule of checking(store.rules))
    for (const symptom of rule.check?.(view, provider) ?? []) refusals.push({ rule, symptom });
  known.set(model, refusals);
  return refusals;
}
