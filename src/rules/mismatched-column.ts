import type { Conversation } from "../model/conversation.js";
import type { RowEdits } from "./edits.js";
import { type Damage, defineRule, type Rule } from "./rule.js";

/** `differences`: the store's own comparison of its columns with its content. */
export function mismatchedColumn<C extends Conversation>(
  differences: (conversation: C) => Damage[],
): Rule<C, RowEdits> {
  return defineRule<C, RowEdits>({
    id: "mismatched-column",
    family: "storage",
    title: "column that differs from the content",
    harm: "harmless while the two are near",
    safety: "safe",
    stage: "timed",
    action: "set the column from the content",
    effect: { effect: "cosmetic", severity: "info" },
    explains: ["leading-assistant"],
    explanation: {
      what: "A column (time, or call id) says something else than the row's own content.",
      arises: "An import, or an edit of one of the two.",
      repair: "The content wins and the column follows, unless the message would then stand elsewhere.",
      unknown: "Nothing.",
    },
    detect: differences,
    clears: ({ message: { row, created } }) => created !== null && row.created === created,
    mend({ message, evidence }, edits) {
      if (message) edits.align(message, evidence);
    },
  });
}
