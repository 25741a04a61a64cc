import { invalidMessage as shared } from "../../../rules/invalid-message.js";
import { defineRule } from "../../../rules/rule.js";
import type { PiConversation } from "../conversation.js";
import type { PiEdits } from "../edits.js";

/** Messages whose content is missing or null, and those that pi cannot read. */
export const invalidMessage = defineRule<PiConversation, PiEdits>({
  ...shared,
  action: "give the message a content that pi reads, or remove a row without a message",
  detect({ links, messages }) {
    const byRow = new Map(messages.map((message) => [message.row, message]));
    return links.flatMap(({ row, message }) => {
      const isEmpty = /^(missing|null)$/.test(message?.content ?? "");
      const path = message?.refused ?? (isEmpty ? "$.message.content" : undefined);
      if (path === undefined) return [];
      const expected = path === "$.message.content" ? "array" : "object";
      return [{ row, message: byRow.get(row), evidence: { refused: [{ path, expected }] } }];
    });
  },
});
