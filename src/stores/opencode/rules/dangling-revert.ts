import { defineRule } from "../../../rules/rule.js";
import type { OpencodeConversation } from "../decode/session.js";
import type { OpencodeEdits } from "../mend/edits.js";

export const danglingRevert = defineRule<OpencodeConversation, OpencodeEdits>({
  id: "dangling-revert",
  family: "state",
  title: "revert to a message that is gone",
  harm: "newer messages may be deleted, or an old work tree restored",
  safety: "safe",
  stage: "kept",
  action: "clear the revert",
  explanation: {
    what: "The session is marked as reverted to a message that does not exist.",
    arises: "The message was deleted, or a cancelled compaction left the mark.",
    repair:
      "The mark is cleared. Left in place it can restore an old snapshot of the whole work tree; and with the next prompt, hosts before 1.18.15 delete every message whose id sorts after it.",
    unknown: "Whether the user still wanted to go back.",
  },
  detect(conversation) {
    const { revert } = conversation;
    if (!revert || conversation.messages.some((message) => message.row.id === revert.message)) return [];
    const newer = conversation.messages.filter(({ row }) => row.id > revert.message).length;
    return [
      {
        row: conversation.row,
        ...(newer > 0 && { variant: "newer" }),
        evidence: { revertTo: revert.message, newer },
      },
    ];
  },
  // A revert also changes the list of messages that are sent.
  clears: { conversation: ({ revert }) => revert === null },
  mend: (_, edits) => edits.clearRevert(),
});
