import { defineRule } from "../../../rules/rule.js";
import type { GeminiEdits } from "../edits.js";
import type { GeminiConversation } from "../session.js";

export const lostHistory = defineRule<GeminiConversation, GeminiEdits>({
  id: "lost-history",
  family: "storage",
  title: "line that hides everything before it",
  harm: "all turns before it are silently gone",
  safety: "safe",
  stage: "known",
  action: "take the line out that hides the turns",
  explains: ["hidden-session", "unreadable-header"],
  explanation: {
    what: "A `$rewindTo` names a message that is not there, which empties the whole session; or a start wrote its opening list, which holds the context only, and nothing brought the turns back.",
    arises:
      "A row that was lost or edited; a process that ended between the two lists that a resume in the same minute writes into the old file.",
    repair: "The line goes to the journal. Everything before it counts again; no other byte changes.",
    unknown: "Where the rewind was meant to go.",
  },
  detect: (conversation) =>
    conversation.cuts.map(({ row, cause: { how, hidden } }) => ({
      row,
      evidence: { how, hidden },
      variant: how,
    })),
  mend: ({ row }, edits) => edits.dropLine(row),
});
