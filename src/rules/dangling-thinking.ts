import type { Block } from "../model/conversation.js";
import { defineRule } from "./rule.js";

export const danglingThinking = defineRule({
  id: "dangling-thinking",
  family: "order",
  title: "an assistant message ends in thinking",
  safety: "safe",
  stage: "thought",
  action: "take the thinking of the unfinished step out",
  explanation: {
    what: "The last block of an assistant message is thinking: nothing that the user saw follows it.",
    arises: "The stream was aborted while the model thought, or before its first text arrived.",
    repair: "The thinking of that step goes to the journal; what was said elsewhere stays.",
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
  clears: ({ message, thoughts }) => thoughts.length === 0 || leadsToWords(message.blocks),
  mend({ block }, edits) {
    if (block) edits.drop(block);
  },
});

/** True if every thinking stands first in its step, and words or a tool call follow it there. */
function leadsToWords(blocks: readonly Block[]): boolean {
  let open = false;
  let spoken = false;
  for (const { kind } of blocks) {
    if (kind === "step-start") {
      if (open) return false;
      spoken = false;
    } else if (kind === "thinking") {
      if (spoken) return false;
      open = true;
    } else if (kind === "text" || kind === "call") {
      open = false;
      spoken = true;
    }
  }
  return !open;
}
