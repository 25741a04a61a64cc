import { defectsOf } from "../../../rules/defects.js";
import { defineRule } from "../../../rules/rule.js";
import { completePart } from "../mend/complete-part.js";

export const invalidPart = defineRule({
  id: "invalid-part",
  family: "storage",
  title: "part that the host refuses to read",
  inputs: ["opencode"],
  safety: "safe",
  action: "fill in what the host requires",
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
    what: "A part lacks a key that the host requires, or has one of another type.",
    arises: "Older versions, an interrupted write, or a repair by hand.",
    repair:
      "Missing values come from the row itself; a tool without output is closed as an error, never as a success.",
    unknown: "An output or error that was never stored.",
  },
  detect: (conversation) => defectsOf(conversation, "invalid-part"),
  repair: (target, editor) => completePart(target, editor),
});
