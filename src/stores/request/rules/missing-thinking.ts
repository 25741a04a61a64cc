import { defineRule } from "../../../rules/rule.js";

export const missingThinking = defineRule({
  id: "missing-thinking",
  family: "order",
  title: "tool call without the reasoning that led to it",
  safety: "none",
  explanation: {
    what: "The model thinks (other messages carry `reasoning_content`), but a message with tool calls has no reasoning.",
    arises: "A client or gateway did not send the reasoning back, or an older reply came from another model.",
    repair: "None: reasoning is never invented. Current hosts send an empty one where the provider takes it.",
    unknown: "Whether the provider still insists: these providers have changed their rules more than once.",
  },
  check: (view, provider) => {
    if (!provider.wantsReasoning) return [];
    const thinks = (blocks: readonly { kind: string }[]) => blocks.some(({ kind }) => kind === "thinking");
    if (!view.turns.some(({ blocks }) => thinks(blocks))) return [];
    return view.turns.flatMap((turn, index) => {
      const call = turn.blocks.find(({ kind }) => kind === "call");
      return call && !thinks(turn.blocks) ? [{ row: call.row, turn: index }] : [];
    });
  },
});
