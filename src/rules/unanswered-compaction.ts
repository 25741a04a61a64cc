import { unansweredCompactions } from "../hosts/opencode/compaction.js";
import { defineRule } from "./rule.js";

export const unansweredCompaction = defineRule({
  id: "unanswered-compaction",
  family: "state",
  title: "compaction that was never answered",
  inputs: ["opencode"],
  safety: "safe",
  action: "remove the compaction marker",
  explanation: {
    what: "A compaction marker has no finished summary, so the host runs it before anything else.",
    arises: "The summary was aborted or failed, or the process ended before it.",
    repair:
      "The marker goes to the journal, with the failed summary; text of the user in the same message stays.",
    unknown: "Nothing: the next compaction is made when it is needed.",
  },
  detect: (conversation) =>
    unansweredCompactions(conversation.messages).map(({ message, block }) => ({
      row: block.row,
      others: [message.row],
      message,
      evidence: {},
    })),
});
