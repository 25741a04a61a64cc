import { defineRule } from "./rule.js";

export const danglingRevert = defineRule({
  id: "dangling-revert",
  family: "state",
  title: "revert to a message that is gone",
  harm: "a later undo may restore an old snapshot of the work tree",
  inputs: ["opencode"],
  safety: "safe",
  action: "clear the revert",
  explanation: {
    what: "The session is marked as reverted to a message that does not exist.",
    arises: "The message was deleted, or a cancelled compaction left the mark.",
    repair: "The mark is cleared. Left in place it can restore an old snapshot of the whole work tree.",
    unknown: "Whether the user still wanted to go back.",
  },
  detect(conversation) {
    const { revert } = conversation;
    if (!revert || conversation.messages.some((message) => message.row.id === revert.message)) return [];
    return [{ row: conversation.row, evidence: { revertTo: revert.message } }];
  },
  repair: ({ row }, editor) => editor.column(row, "revert", null),
});
