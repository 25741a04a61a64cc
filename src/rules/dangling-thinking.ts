import { defineRule } from "./rule.js";

export const danglingThinking = defineRule({
  id: "dangling-thinking",
  family: "order",
  title: "assistant message that ends in thinking",
  safety: "safe",
  stage: "thought",
  action: "remove the thinking of the unfinished step",
  explanation: {
    what: "The last block of an assistant message is thinking: no text and no tool call follows it.",
    arises: "The stream was aborted while the model was thinking, or before its first text arrived.",
    repair: "The thinking of that step is moved to the journal. Everything else stays.",
    unknown: "What the model was about to say.",
  },
  check: (view, provider) =>
    view.messages.flatMap((turn, index) => {
      const last = turn.blocks.at(-1);
      if (turn.role !== "assistant" || last?.kind !== "thinking") return [];
      const isItem = last.itemId !== undefined && view.messages[index + 1]?.role !== "assistant";
      if (!provider.checksThinking && !(provider.reasoningNeedsFollower && isItem)) return [];
      return [{ row: last.row, turn: index, callId: last.itemId }];
    }),
  mend({ block }, edits) {
    if (block) edits.drop(block);
  },
});
