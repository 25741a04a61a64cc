import { invalidMessage as shared } from "../../../rules/invalid-message.js";
import type { Rule } from "../../../rules/rule.js";
import type { CodexEdits } from "../edits.js";
import type { CodexConversation } from "../session.js";

/** A row without its time, with bytes that are no text, or an item of another shape: Codex passes it over. */
export const invalidMessage: Rule<CodexConversation, CodexEdits> = {
  ...shared,
  title: "row that its reader refuses",
  harm: "the program passes the row over",
  detect: ({ refused, messages }) =>
    refused
      .filter(({ entry }) => entry.refusal !== "surrogate")
      .map(({ row, entry }) => ({
        row,
        message: messages.find((message) => message.row === row),
        evidence: { problem: entry.refusal },
        variant: entry.refusal,
      })),
  mend: ({ row }, edits) => edits.completeRow(row),
};
