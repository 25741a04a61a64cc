import type { Conversation } from "../../../model/conversation.js";
import { defineRule } from "../../../rules/rule.js";
import type { RequestEdits } from "../edits.js";

export const tooManyCacheMarks = defineRule<Conversation, RequestEdits>({
  id: "too-many-cache-marks",
  family: "order",
  title: "more cache marks than a request may have",
  safety: "safe",
  stage: "kept",
  action: "take the oldest marks out of the messages",
  explanation: {
    what: "More than four blocks of the request carry `cache_control`: in the system prompt, the tools and the messages together.",
    arises: "A client marks the end of every turn and forgets the marks of the turns before.",
    repair: "Marks are taken out of the messages, the oldest first, until four are left. No word changes.",
    unknown: "Nothing.",
  },
  check: ({ turns, settings }, { cacheMarks: limit }) => {
    const over = (settings?.cacheMarks ?? 0) - (limit ?? Number.POSITIVE_INFINITY);
    if (over <= 0) return [];
    const count = settings?.cacheMarks ?? 0;
    return [{ row: turns[0]?.row ?? null, turn: 0, evidence: { marks: count, over } }];
  },
  mend({ evidence }, edits) {
    if (typeof evidence.over === "number") edits.unmark(evidence.over);
  },
});
