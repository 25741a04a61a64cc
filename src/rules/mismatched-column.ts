import type { Conversation } from "../model/conversation.js";
import type { RowEdits } from "./edits.js";
import { type Damage, defineRule, type Rule } from "./rule.js";

/** Makes the rule for a store. `differences`: compares the store's columns with its content. */
export function mismatchedColumn<C extends Conversation>(
  differences: (conversation: C) => Damage[],
): Rule<C, RowEdits> {
  return defineRule<C, RowEdits>({
    id: "mismatched-column",
    family: "storage",
    title: "column that differs from the content",
    harm: "harmless while the two values are close",
    safety: "safe",
    stage: "timed",
    action: "set the column from the content",
    effect: { effect: "cosmetic", severity: "info" },
    explains: ["leading-assistant"],
    explanation: {
      what: "A column (a time, or a call id) differs from the content of its row.",
      arises: "An import, or an edit of only one of the two.",
      repair:
        "The column is set to the value in the content, unless that would move the message to another place.",
      unknown: "Nothing.",
    },
    detect: differences,
    clears: {
      message: ({ message: { row, created } }) => created !== null && row.created === created,
    },
    mend({ message, evidence }, edits) {
      if (message) edits.align(message, evidence);
    },
  });
}
