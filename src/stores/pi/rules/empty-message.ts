import { emptyMessage as shared } from "../../../rules/empty-message.js";
import { defineRule } from "../../../rules/rule.js";
import type { PiConversation } from "../conversation.js";
import type { PiEdits } from "../edits.js";

/** Answers that pi leaves out of the request: they hold nothing but blank text. */
export const emptyMessage = defineRule<PiConversation, PiEdits>({
  ...shared,
  detect: ({ messages }) =>
    messages.flatMap((message) => {
      const { role, row, blocks, error } = message;
      const isBlank = blocks.length > 0 && blocks.every((block) => block.kind === "text" && block.blank);
      if (role !== "assistant" || error || !isBlank) return [];
      return [
        { row, message, variant: "unsent", safety: "none" as const, evidence: { blocks: blocks.length } },
      ];
    }),
});
