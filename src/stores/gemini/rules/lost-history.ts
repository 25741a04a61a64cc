import { lostHistory as shared } from "../../../rules/lost-history.js";
import type { Rule } from "../../../rules/rule.js";
import type { GeminiEdits } from "../edits.js";
import type { GeminiConversation } from "../session.js";

/**
 * A rewind to a message that is not there empties the whole session, and so does the opening list of a start whose
 * resume never came to the list with the turns.
 */
export const lostHistory: Rule<GeminiConversation, GeminiEdits> = {
  ...shared<GeminiConversation>(({ cuts }) =>
    cuts.map(({ row, cause: { how, hidden } }) => ({ row, evidence: { how, hidden }, variant: how })),
  ),
  action: "take the line out that hides the turns",
  mend: ({ row }, edits) => edits.dropLine(row),
};
