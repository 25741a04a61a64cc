import { defineRule } from "../../../rules/rule.js";
import type { OpencodeConversation } from "../decode/session.js";
import type { OpencodeEdits } from "../mend/edits.js";
import { assistants, promptBefore } from "../walk.js";

export const danglingParent = defineRule<OpencodeConversation, OpencodeEdits>({
  id: "dangling-parent",
  family: "storage",
  title: "reply to a message that is gone",
  harm: "the reply is shown apart from its prompt",
  safety: "safe",
  stage: "linked",
  action: "point the reply to the prompt before it",
  explanation: {
    what: "An assistant message names a user message as its prompt, and that message does not exist.",
    arises: "The prompt was deleted, or lost in an import.",
    repair: "The reply points to the nearest prompt before it.",
    unknown: "Which prompt it really answered.",
  },
  detect(conversation) {
    const ids = new Set(conversation.messages.map((message) => message.row.id));
    return assistants(conversation)
      .filter((message) => message.parent !== undefined && !ids.has(message.parent))
      .map((message) => ({
        row: message.row,
        message,
        evidence: { parent: message.parent },
        // A summary answers a compaction marker, never the prompt before it.
        ...((message.summary || !promptBefore(conversation, message)) && { safety: "none" as const }),
      }));
  },
  clears: {
    message: ({ message }, { prompts }) => message.role === "user" || prompts.has(message.parent ?? ""),
  },
  mend({ conversation, message }, edits) {
    const prompt = message && promptBefore(conversation, message);
    if (prompt) edits.answerPrompt(message, prompt);
  },
});
