import { defineRule } from "../../../rules/rule.js";
import type { OpencodeConversation } from "../decode/session.js";
import type { OpencodeEdits } from "../mend/edits.js";
import { assistants, inFlight, isAborted, isFinal, saysNothing } from "../walk.js";

export const incompleteMessage = defineRule<OpencodeConversation, OpencodeEdits>({
  id: "incomplete-message",
  family: "state",
  title: "reply that was never completed",
  harm: "the session looks busy for ever",
  safety: "safe",
  stage: "ended",
  action: "close the message as the host's own interrupt does",
  explanation: {
    what: "An assistant message has no completion time, so the session looks busy for ever.",
    arises: "The process was killed while it wrote the reply.",
    repair:
      "The message is completed at the time of its last part. Without a finish it is also marked as aborted, as opencode 1.14.51 and later do. The reply to a subtask is finished too; otherwise the next prompt would run the subtask again.",
    unknown: "What the rest of the reply would have been.",
  },
  detect: (conversation, context) =>
    assistants(conversation)
      .filter(
        (message) =>
          message.completed == null &&
          !message.unreadable &&
          !message.error &&
          !inFlight(conversation, message, context),
      )
      .map((message) => ({
        row: message.row,
        message,
        evidence: { parts: message.blocks.length, ...(message.finish && { finish: message.finish }) },
      })),
  clears: {
    message({ message }, { isLast }) {
      if (message.role === "user") return !isLast;
      const { error, finish, completed } = message;
      if (isLast && !error && !isFinal(finish)) return false;
      if (error && saysNothing(message)) return true;
      if (error && !isAborted(message)) return false;
      return (completed ?? null) !== null && (error !== undefined || finish !== undefined);
    },
  },
  mend({ message }, edits) {
    if (message) edits.closeMessage(message, false);
  },
});
