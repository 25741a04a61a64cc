import type { Turn } from "../../../model/conversation.js";
import { openTurn } from "../../../model/open-turn.js";
import type { Provider } from "../../../providers/providers.js";
import { defineRule, type Symptom, type View } from "../../../rules/rule.js";

export const missingThinking = defineRule({
  id: "missing-thinking",
  family: "order",
  title: "tool call without the reasoning that led to it",
  safety: "none",
  texts: ["unsigned-call"],
  explanation: {
    what: "The model thinks (other messages carry `reasoning_content`), or is asked to, but a message with tool calls has none; or a call of Gemini 3 in the turn that is open lacks the signature of its thinking; or a request to Anthropic has thinking switched on, and the turn whose tools were just answered, or the beginning of a reply that the model is to continue, does not begin with thinking.",
    arises: "A client or gateway did not send the reasoning back, or an older reply came from another model.",
    repair:
      "None: reasoning is never invented. Current hosts send an empty one where the provider takes it; for Anthropic, switch thinking off until the turn has ended.",
    unknown:
      "Whether the provider still insists: the contract of these providers has changed more than once.",
  },
  check: (view, provider) => [
    ...(provider.wantsReasoning ? callsWithout(view) : []),
    ...(provider.wantsSignedCalls?.test(view.model ?? "") ? unsignedCalls(view) : []),
    ...(provider.wantsThinkingFirst && view.settings?.thinks
      ? [...openTurnWithout(view), ...beginningWithout(view, provider)]
      : []),
  ],
});

/** The first call of each step since the last prompt, where it lacks the signature; those behind it need none. */
function unsignedCalls({ turns }: View): Symptom[] {
  return openTurn(turns).flatMap((at) => {
    const call = turns[at]?.blocks.find((block) => block.kind === "call");
    const isUnsigned = call?.kind === "call" && call.signed !== true;
    return isUnsigned
      ? [{ row: call.row, block: call, turn: at, text: "unsigned-call", variant: "unsigned" }]
      : [];
  });
}

/**
 * Calls of a model that thinks elsewhere, without reasoning in the run of items or messages that they stand in. Where no
 * reasoning is left at all, only the calls of the open turn are sure to need it.
 */
function callsWithout({ turns, settings }: View): Symptom[] {
  const thinks = ({ blocks }: Turn) => blocks.some(({ kind }) => kind === "thinking");
  const owing = new Set(turns.some(thinks) ? turns.keys() : settings?.thinks ? openTurn(turns) : []);
  let hasThought = false;
  return turns.flatMap((turn, index) => {
    if (turn.role !== "assistant" || turns[index - 1]?.role !== "assistant") hasThought = false;
    hasThought ||= thinks(turn);
    const call = turn.blocks.find(({ kind }) => kind === "call");
    return call && !hasThought && owing.has(index) ? [{ row: call.row, turn: index }] : [];
  });
}

/** The beginning of a reply that a model which takes one is to continue. */
function beginningWithout({ turns, model }: View, { prefillModels }: Provider): Symptom[] {
  const [prompt, last] = turns.slice(-2);
  const block = last?.blocks[0];
  if (last?.role !== "assistant" || !block || block.kind === "thinking") return [];
  if (prompt?.blocks.every(({ kind }) => kind === "result") || !prefillModels?.test(model ?? "")) return [];
  return [{ row: block.row, block, turn: turns.length - 1, variant: "beginning" }];
}

/** An open tool turn of which no message begins with thinking. */
function openTurnWithout({ turns }: View): Symptom[] {
  const open = openTurn(turns);
  const first = open.map((at) => turns[at]?.blocks[0]);
  const block = first[0];
  if (!block || first.some((one) => one?.kind === "thinking")) return [];
  return [{ row: block.row, block, turn: open[0] ?? 0, variant: "open-turn" }];
}
