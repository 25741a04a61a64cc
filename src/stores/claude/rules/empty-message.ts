import { emptyMessage as shared } from "../../../rules/empty-message.js";
import { defineRule } from "../../../rules/rule.js";
import type { ClaudeConversation } from "../conversation.js";
import type { ClaudeEdits } from "../edits.js";
import { silentRows } from "../replay.js";
import { wayOf } from "../way.js";

/** Answers that Claude Code leaves out of the request: they hold nothing but blank text or thinking. */
export const emptyMessage = defineRule<ClaudeConversation, ClaudeEdits>({
  ...shared,
  detect: (conversation) =>
    [...silentRows(wayOf(conversation, true))].flatMap(({ row, message }) =>
      message && message.blocks.length > 0
        ? [
            {
              row,
              message: conversation.messages.find((one) => one.row === row),
              variant: "unsent",
              safety: "none" as const,
              evidence: { blocks: message.blocks.length },
            },
          ]
        : [],
    ),
});
