import type { Conversation } from "../model/conversation.js";
import type { RowEdits } from "./edits.js";
import { defineRule } from "./rule.js";

export const malformedJson = defineRule<Conversation, RowEdits>({
  id: "malformed-json",
  family: "storage",
  title: "row whose content is not valid JSON",
  harm: "the row is read as empty",
  safety: "safe",
  stage: "parsed",
  action: "keep what can be read, else move the row to the undo journal",
  explains: ["empty-message", "leading-assistant", "orphan-tool-result", "missing-tool-result", "blank-text"],
  explanation: {
    what: "The content of a row cannot be parsed: it is cut off, empty, binary or not text.",
    arises: "A write was interrupted, the disk was full, or another program edited the row.",
    repair:
      "What stands before the end of the JSON, or before the cut, is kept; control characters in texts are escaped. A tool whose output is cut becomes an interrupted one. Otherwise a text gets a placeholder, and any other row is moved to the journal.",
    unknown: "What followed the cut.",
  },
  detect: (conversation) =>
    conversation.messages.flatMap((message) =>
      (message.unreadableRows ?? [])
        .filter(({ reason }) => reason === "json" || reason === "not-text")
        .map(({ row, reason }) => ({
          row,
          others: [message.row],
          message,
          evidence: { problem: reason, bytes: row.size },
        })),
    ),
  clears: { message: ({ message }) => message.unreadableRows === undefined },
  mend: ({ message, row }, edits) => edits.rebuild(message, row),
});
