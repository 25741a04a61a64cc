import { defineRule } from "../../../rules/rule.js";
import type { CodexEdits } from "../edits.js";
import { lostTexts } from "../lost-texts.js";
import { type CodexConversation, rowOfLine } from "../session.js";

export const lostHistory = defineRule<CodexConversation, CodexEdits>({
  id: "lost-history",
  family: "storage",
  title: "turns that are in the file and not sent",
  harm: "the model is not told of them",
  safety: "safe",
  stage: "known",
  action: "put the message back from the event that tells it",
  explanation: {
    what: "An event tells a text of the user or of the model, and no item of the history says it: Codex sends items only.",
    arises: "The row of the message was lost or could not be read, or the process ended between the two writes.",
    repair: "The message is written behind the event, with the event's words.",
    unknown: "What stood in the message besides its text.",
  },
  detect: (conversation) =>
    lostTexts(conversation).flatMap((copy) => {
      const event = conversation.entries[copy.at];
      if (!event) return [];
      return [{ row: rowOfLine(event, copy.id), evidence: { role: copy.role, length: copy.text.length } }];
    }),
  mend({ conversation, row }, edits) {
    const copy = lostTexts(conversation).find(({ id }) => id === row.id);
    if (copy) edits.restoreText(copy);
  },
});
