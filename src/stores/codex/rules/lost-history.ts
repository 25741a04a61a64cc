import { lostHistory as shared } from "../../../rules/lost-history.js";
import type { Rule } from "../../../rules/rule.js";
import type { CodexEdits } from "../edits.js";
import { lostTexts } from "../lost-texts.js";
import { type CodexConversation, rowOfLine } from "../session.js";

/** An event tells a text of the user or of the model, and no item says it: Codex sends items only. */
export const lostHistory: Rule<CodexConversation, CodexEdits> = {
  ...shared<CodexConversation>((conversation) =>
    lostTexts(conversation).flatMap((copy) => {
      const event = conversation.entries[copy.at];
      if (!event) return [];
      return [{ row: rowOfLine(event, copy.id), evidence: { role: copy.role, length: copy.text.length } }];
    }),
  ),
  action: "put the message back from the event that tells it",
  mend({ conversation, row }, edits) {
    const copy = lostTexts(conversation).find(({ id }) => id === row.id);
    if (copy) edits.restoreText(copy);
  },
};
