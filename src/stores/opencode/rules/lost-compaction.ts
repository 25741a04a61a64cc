import { defineRule } from "../../../rules/rule.js";
import type { OpencodeConversation } from "../decode/session.js";
import type { OpencodeEdits } from "../mend/edits.js";
import { isFinishedSummary } from "../replay/compaction.js";
import { isMarker } from "../walk.js";

export const lostCompaction = defineRule<OpencodeConversation, OpencodeEdits>({
  id: "lost-compaction",
  family: "state",
  title: "summary whose compaction marker is gone",
  harm: "the whole history is sent again, also the part before the summary",
  safety: "safe",
  stage: "kept",
  action: "write the marker again",
  explanation: {
    what: "A finished summary answers a message that no longer asks for a summary.",
    arises: "The compaction marker was deleted, or lost in a copy.",
    repair: "The marker is written into the message again, so that the host cuts the history there.",
    unknown: "Which messages were to be kept besides the summary.",
  },
  detect({ messages }) {
    const asked = new Map(messages.map((message) => [message.row.id, message]));
    return messages.flatMap((summary) => {
      if (summary.role !== "assistant" || !isFinishedSummary(summary)) return [];
      const message = asked.get(summary.parent ?? "");
      // A marker is alone in its message. A message with content is a prompt, and its reply is only marked as a summary.
      if (message?.role !== "user" || message.blocks.length > 0) return [];
      return [{ row: message.row, others: [summary.row], message, evidence: {} }];
    });
  },
  clears: {
    message: ({ message }, { previous }) =>
      message.role === "user" ||
      (message.summary === true) === (previous !== undefined && isMarker(previous)),
  },
  mend({ message }, edits) {
    if (message) edits.markCompaction(message);
  },
});
