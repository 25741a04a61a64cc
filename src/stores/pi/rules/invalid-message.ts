import { invalidMessage as shared } from "../../../rules/invalid-message.js";
import { defineRule } from "../../../rules/rule.js";
import type { PiConversation } from "../conversation.js";
import type { PiEdits } from "../edits.js";

/** Messages whose content is missing or null. */
export const invalidMessage = defineRule<PiConversation, PiEdits>({
  ...shared,
  action: "give the message an empty content",
  detect: ({ links, messages }) =>
    links.flatMap(({ row, message }) =>
      message && /^(missing|null)$/.test(message.content)
        ? [
            {
              row,
              message: messages.find((one) => one.row === row),
              evidence: { refused: [{ path: "$.message.content", expected: "array" }] },
            },
          ]
        : [],
    ),
});
