import type { Conversation } from "../model/conversation.js";
import { defectsOf } from "./defects.js";
import type { RowEdits } from "./edits.js";
import { defineRule } from "./rule.js";

export const unknownBlock = defineRule<Conversation, RowEdits>({
  id: "unknown-block",
  family: "storage",
  title: "content of an unknown kind",
  harm: "the whole row is read as empty",
  safety: "safe",
  stage: "known",
  action: "move the row to the undo journal",
  explains: ["empty-message", "orphan-tool-result", "missing-tool-result"],
  explanation: {
    what: "A part or block has a type that the host does not know.",
    arises: "A plugin or a newer version wrote it, or it is an empty object.",
    repair:
      "The row is moved to the journal. If the row is a whole message, a placeholder text takes the place of the content.",
    unknown: "What the row was for.",
  },
  detect: (conversation) => defectsOf(conversation, "unknown-block"),
  mend: ({ message, row }, edits) => edits.dropUnknown(message, row),
});
