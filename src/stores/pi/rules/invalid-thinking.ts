import { blocksOf } from "../../../model/conversation.js";
import { invalidThinking as shared } from "../../../rules/invalid-thinking.js";
import { defineRule } from "../../../rules/rule.js";
import type { PiConversation } from "../conversation.js";
import type { PiEdits } from "../edits.js";

/** pi sends thinking without a signature as a text: nothing of it is lost where the signature goes. */
export const invalidThinking = defineRule<PiConversation, PiEdits>({
  ...shared,
  action: "take the signature off: the thinking is sent as text",
  detect: ({ messages }) =>
    blocksOf(messages, "thinking").flatMap(({ block, turn }) =>
      block.signature === "none" && !block.blank && messages[turn]?.finish !== "error"
        ? [
            {
              row: block.row,
              block,
              variant: "as-text",
              safety: "none" as const,
              evidence: { problem: "unsigned", length: block.length },
            },
          ]
        : [],
    ),
  mend({ row, block }, edits) {
    if (block?.kind === "thinking" && block.blank) edits.drop(block);
    else edits.unsign(row);
  },
});
