import type { Conversation } from "../model/conversation.js";
import type { RowEdits } from "./edits.js";
import { defineRule } from "./rule.js";

export const malformedJson = defineRule<Conversation, RowEdits>({
  id: "malformed-json",
  family: "storage",
  title: "row whose content is no JSON",
  harm: "the row is read as empty",
  safety: "safe",
  stage: "parsed",
  action: "close the cut JSON and keep what is in it, else journal the row",
  explains: ["empty-message", "leading-assistant", "orphan-tool-result", "missing-tool-result", "blank-text"],
  explanation: {
    what: "The content of a row cannot be parsed: it is cut, empty, binary or not text.",
    arises: "A write that was interrupted, a full disk, or another program's edit.",
    repair:
      "A cut document is closed and kept where it then decodes; a text gets a placeholder; anything else goes to the journal.",
    unknown: "What stood behind the cut.",
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
  clears: ({ message }) => message.unreadableRows === undefined,
  mend: ({ message, row }, edits) => edits.rebuild(message, row),
});
