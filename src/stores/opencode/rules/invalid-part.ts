import { defectsOf } from "../../../rules/defects.js";
import { hasNoDefects } from "../../../rules/glance.js";
import { defineRule } from "../../../rules/rule.js";
import type { OpencodeConversation } from "../decode/session.js";
import type { OpencodeEdits } from "../mend/edits.js";

export const invalidPart = defineRule<OpencodeConversation, OpencodeEdits>({
  id: "invalid-part",
  family: "storage",
  title: "part that the host refuses to read",
  safety: "safe",
  stage: "complete",
  action: "fill in the required values",
  explains: [
    "blank-text",
    "empty-message",
    "invalid-tool-input",
    "invalid-tool-call-id",
    "invalid-tool-name",
    "dangling-thinking",
    "unsendable-media",
    "invalid-thinking",
  ],
  explanation: {
    what: "A part lacks a key that the host requires, or a key has a value of another type.",
    arises: "Older versions, an interrupted write, or a repair by hand.",
    repair:
      "Missing values come from the row itself. A tool without output is closed as an error, never as a success.",
    unknown: "An output or error that was never stored.",
  },
  detect: (conversation) => defectsOf(conversation, "invalid-part"),
  clears: hasNoDefects,
  mend({ message, row }, edits) {
    if (message) edits.completePart(message, row);
  },
});
