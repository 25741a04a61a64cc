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
  repair({ conversation, message, row }, editor) {
    const failed = conversation.messages.filter((reply) => reply.summary && reply.parent === message!.row.id);
    for (const reply of failed) editor.removeMessage(reply);
    const said = message!.blocks.some((block) => block.kind === "text" || block.kind === "media");
    if (said) editor.remove(row);
    else editor.removeMessage(message!);
  },
});
