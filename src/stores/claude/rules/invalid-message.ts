import { invalidMessage as shared } from "../../../rules/invalid-message.js";
import { defineRule } from "../../../rules/rule.js";
import type { ClaudeConversation } from "../conversation.js";
import type { ClaudeEdits } from "../edits.js";

/** Answers without a message: nothing of what was said is in the row. */
export const invalidMessage = defineRule<ClaudeConversation, ClaudeEdits>({
  ...shared,
  action: "remove the row, and hang those below it on the one above",
  detect: ({ links, messages }) =>
    links.flatMap(({ row, message, type }) =>
      type === "assistant" && /^(missing|null)$/.test(message?.content ?? "")
        ? [
            {
              row,
              message: messages.find((one) => one.row === row),
              evidence: { refused: [{ path: "$.message.content", expected: "array" }] },
            },
          ]
        : [],
    ),
  mend: ({ row }, edits) => edits.dropRow(row),
});
