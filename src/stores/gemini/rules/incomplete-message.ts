import { defineRule } from "../../../rules/rule.js";
import type { GeminiConversation } from "../session.js";

export const incompleteMessage = defineRule<GeminiConversation>({
  id: "incomplete-message",
  family: "state",
  title: "reply without a text",
  safety: "none",
  atMost: "info",
  explanation: {
    what: "A reply holds no text, no thought and no tool call. It is not sent.",
    arises: "The process ended while the model spoke, or before it did.",
    repair: "None: the next prompt goes on from the turn before.",
    unknown: "What the model was about to say.",
  },
  detect: ({ messages }) =>
    messages
      .filter(({ role, blocks, unreadable }) => role === "assistant" && !unreadable && blocks.every(isBlank))
      .map((message) => ({ row: message.row, message, evidence: {} })),
});

function isBlank({ kind, ...block }: { kind: string; length?: number }): boolean {
  return kind === "text" && block.length === 0;
}
