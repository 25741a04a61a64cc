import { invalidMessage as shared } from "../../../rules/invalid-message.js";
import { type Damage, defineRule } from "../../../rules/rule.js";
import type { ClaudeConversation } from "../conversation.js";
import type { ClaudeEdits } from "../edits.js";
import { queuedBetween } from "../losses.js";

const NO_LIST = { refused: [{ path: "$.message.content", expected: "array" }] };

/** Rows whose message says nothing that Claude Code reads: it passes them over. The text of a prompt was queued before it. */
export const invalidMessage = defineRule<ClaudeConversation, ClaudeEdits>({
  ...shared,
  action:
    "give the prompt the text that was queued, or remove the row and hang those below it on the one above",
  detect({ links, messages, entries }) {
    const messageAt = new Map(messages.map((message) => [message.row, message]));
    return links.flatMap((link, index): Damage[] => {
      const { row, type, message } = link;
      const content = message?.content ?? "array";
      if (/^(string|array)$/.test(content)) return [];
      const damage = { row, message: messageAt.get(row), evidence: NO_LIST };
      if (type === "assistant") return /^(missing|null)$/.test(content) ? [damage] : [];
      const isKnown = queuedBetween(entries, links[index - 1], link) !== undefined;
      return [{ ...damage, variant: "prompt", ...(!isKnown && { safety: "none" as const }) }];
    });
  },
  mend({ row }, edits) {
    if (!edits.restorePrompt(row)) edits.dropRow(row);
  },
});
