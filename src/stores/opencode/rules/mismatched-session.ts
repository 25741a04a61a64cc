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
    what: "A part belongs to a message of this session but names another one.",
    arises: "A fork or a merge by hand.",
    repair: "The part gets its message's session.",
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
