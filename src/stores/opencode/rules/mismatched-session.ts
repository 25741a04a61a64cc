import { always } from "../../../rules/glance.js";
import { defineRule } from "../../../rules/rule.js";
import type { OpencodeConversation } from "../decode/session.js";
import type { OpencodeEdits } from "../mend/edits.js";

export const mismatchedSession = defineRule<OpencodeConversation, OpencodeEdits>({
  id: "mismatched-session",
  family: "storage",
  title: "part that names another session",
  safety: "safe",
  stage: "owned",
  action: "set the part's session to its message's",
  explanation: {
    what: "A part belongs to a message of this session but names another session.",
    arises: "A fork or a merge that was made by hand.",
    repair: "The part gets the session of its message.",
    unknown: "Nothing.",
  },
  detect: (conversation) =>
    conversation.messages.flatMap((message) =>
      (message.strays ?? []).map((row) => ({ row, message, evidence: { names: row.strayOwner } })),
    ),
  // The reader hands over no message with such a part at a quick look.
  clears: always,
  mend: ({ row }, edits) => edits.adoptPart(row),
});
