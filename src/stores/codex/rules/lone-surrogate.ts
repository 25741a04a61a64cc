import { loneSurrogate as shared } from "../../../rules/lone-surrogate.js";
import type { Rule } from "../../../rules/rule.js";
import type { CodexEdits } from "../edits.js";
import type { CodexConversation } from "../session.js";

/** Codex cannot read a row that holds half a character. */
export const loneSurrogate: Rule<CodexConversation, CodexEdits> = {
  ...shared,
  detect: ({ refused, messages }) =>
    refused
      .filter(({ entry }) => entry.refusal === "surrogate")
      .map(({ row }) => ({ row, message: messages.find((message) => message.row === row), evidence: {} })),
  mend: ({ row }, edits) => edits.completeRow(row),
};
