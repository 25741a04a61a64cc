import { defineRule } from "../../../rules/rule.js";
import type { GeminiEdits } from "../edits.js";
import { type GeminiConversation, isListed } from "../session.js";

export const hiddenSession = defineRule<GeminiConversation, GeminiEdits>({
  id: "hidden-session",
  family: "storage",
  title: "session that is not listed",
  harm: "the program does not list the session and cannot resume it",
  safety: "none",
  explanation: {
    what: "A file holds messages, but none that makes a session for the program: it neither lists nor resumes it.",
    arises: "The only prompt of the session has no content any more.",
    repair: "None of its own: the damage that hides the session is reported and mended beside it.",
    unknown: "Nothing.",
  },
  detect(conversation) {
    const { header, isSubagent, messages, row } = conversation;
    const isDamaged = messages.some(({ unreadable }) => unreadable !== undefined);
    if (header?.isFatal || isSubagent || isListed(conversation) || !isDamaged) return [];
    const others = messages
      .filter(({ unreadable }) => unreadable !== undefined)
      .map((message) => message.row);
    return [{ row, others, evidence: { messages: messages.length } }];
  },
});
