import { defineRule } from "../../../rules/rule.js";
import { closeMessage } from "../mend/steps.js";
import { assistants, inFlight } from "../walk.js";

export const incompleteMessage = defineRule({
  id: "incomplete-message",
  family: "state",
  title: "reply that was never completed",
  harm: "the session looks busy for ever",
  inputs: ["opencode"],
  safety: "safe",
  action: "close the message as the host's own interrupt does",
  explanation: {
    what: "An assistant message has no completion time: the session looks busy for ever.",
    arises: "The process was killed while the reply was written.",
    repair:
      "Completed at the time of its last part; without a finish also marked as aborted, as opencode 1.14.51 and later do. The reply to a subtask is finished too, or the next prompt would run the subtask again.",
    unknown: "What was still to come.",
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
  repair: ({ conversation, message }, editor) => closeMessage(conversation, message!, editor, false),
});
