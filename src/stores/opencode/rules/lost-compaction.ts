import { defineRule } from "../../../rules/rule.js";
import { insertPart } from "../mend/steps.js";
import { isFinishedSummary } from "../replay/compaction.js";

export const lostCompaction = defineRule({
  id: "lost-compaction",
  family: "state",
  title: "summary whose compaction marker is gone",
  harm: "the whole history is sent again, before the summary too",
  inputs: ["opencode"],
  safety: "safe",
  action: "write the marker again",
  explanation: {
    what: "A finished summary answers a message that no longer says that it asked for one.",
    arises: "The marker was deleted, or lost in a copy.",
    repair: "The marker goes back into the message, so that the host cuts the history there again.",
    unknown: "Whether messages behind the marker were to be kept besides the summary.",
  },
  detect({ messages }) {
    const asked = new Map(messages.map((message) => [message.row.id, message]));
    return messages.flatMap((summary) => {
      if (summary.role !== "assistant" || !isFinishedSummary(summary)) return [];
      const message = asked.get(summary.parent ?? "");
      // A marker stands alone in its message; what says something else is a prompt, and its reply only marked as a summary.
      if (message?.role !== "user" || message.blocks.length > 0) return [];
      return [{ row: message.row, others: [summary.row], message, evidence: {} }];
    });
  },
  repair({ conversation, message }, editor) {
    const last = message!.blocks.at(-1)?.row.id ?? null;
    const marker = JSON.stringify({ type: "compaction", auto: false });
    insertPart(conversation, message!, last, null, marker, editor);
  },
});
