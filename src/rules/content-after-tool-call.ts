import type { Block, Conversation } from "../model/conversation.js";
import type { StepEdits } from "./edits.js";
import { resultsBefore } from "./pairs.js";
import { defineRule } from "./rule.js";

export const contentAfterToolCall = defineRule<Conversation, StepEdits>({
  id: "content-after-tool-call",
  family: "order",
  title: "text or thinking after a tool call",
  safety: "safe",
  stage: "split",
  action: "end the step after the tool call",
  explanation: {
    what: "In one assistant message, text or thinking follows a tool call.",
    arises:
      "The model went on writing after it called a tool. Such a turn is normal, but some converters keep this order, and providers refuse it.",
    repair: "A step boundary is added after the call, so that its result is sent before the text.",
    unknown: "Nothing.",
  },
  check: (view, provider) =>
    !provider.refusesContentAfterCall
      ? []
      : view.turns.flatMap((turn, index) => {
          if (turn.role !== "assistant") return [];
          let behind = false;
          return turn.blocks.flatMap((block) => {
            if (block.kind === "call" && !block.exempt) behind = true;
            else if (behind && (block.kind === "text" || block.kind === "thinking")) {
              behind = false;
              const calls = turn.blocks
                .slice(0, turn.blocks.indexOf(block))
                .filter((other) => other.kind === "call");
              return [
                {
                  row: block.row,
                  others: calls.map((call) => call.row),
                  turn: index,
                  callId: calls.at(-1)?.id,
                },
              ];
            }
            return [];
          });
        }),
  clears: { message: ({ message, calls }) => calls.length === 0 || !hasContentAfterCall(message.blocks) },
  mend({ conversation, message, block }, edits) {
    if (message && block) edits.splitStep(message, block, resultsBefore(conversation, message, block));
  },
});

/** True if text or thinking stands behind a tool call of the same step, or a call runs at the provider. */
function hasContentAfterCall(blocks: readonly Block[]): boolean {
  let behind = false;
  for (const block of blocks) {
    if (block.kind === "step-start") behind = false;
    else if (block.kind === "call") {
      if (block.exempt) return true;
      behind = true;
    } else if (behind && (block.kind === "text" || block.kind === "thinking")) return true;
  }
  return false;
}
