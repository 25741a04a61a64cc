import type { Message } from "../model/conversation.js";
import { defineRule } from "./rule.js";

export const duplicateUserMessage = defineRule({
  id: "duplicate-user-message",
  family: "order",
  title: "the same prompt twice in a row",
  safety: "unsafe",
  stage: "spread",
  action: "remove the repeated prompt (--drop-duplicate-prompts)",
  atMost: "info",
  effect: { effect: "cosmetic", severity: "info" },
  explanation: {
    what: "Two user messages with the same content follow each other directly.",
    arises: "The prompt was submitted twice, or sent again after a crash.",
    repair: "Only with --drop-duplicate-prompts: the exact copy is moved to the journal.",
    unknown: "Whether the user meant to repeat it.",
  },
  detect(conversation) {
    return conversation.messages.flatMap((message, index) => {
      const next = conversation.messages[index + 1];
      if (!next || !sameText(message, next)) return [];
      return [{ row: message.row, others: [next.row], message, evidence: { repeatedAt: next.position } }];
    });
  },
  mend({ conversation, message }, edits) {
    const next = message && conversation.messages[conversation.messages.indexOf(message) + 1];
    if (next) edits.removeMessage(next);
  },
});

function sameText(one: Message, other: Message): boolean {
  if (one.role !== "user" || other.role !== "user" || one.blocks.length === 0) return false;
  const texts = (message: Message) =>
    message.blocks.map((block) => (block.kind === "text" ? block.text : `${block.kind} ${block.row.id}`));
  return JSON.stringify(texts(one)) === JSON.stringify(texts(other));
}
