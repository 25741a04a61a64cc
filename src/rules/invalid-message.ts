import { completeMessage } from "../repair/complete-message.js";
import { defectsOf } from "./defects.js";
import { defineRule } from "./rule.js";

export const invalidMessage = defineRule({
  id: "invalid-message",
  family: "storage",
  title: "message that the host refuses to read",
  harm: "the row is read as empty",
  inputs: ["opencode", "instatic"],
  safety: "safe",
  action: "fill in what the host requires, from the neighbours",
  explains: ["empty-message", "mismatched-column", "missing-tool-result", "orphan-tool-result"],
  explanation: {
    what: "A message lacks a key that the host requires, or has one of another type.",
    arises: "Older versions wrote fewer keys; plugins and other tools write rows of their own.",
    repair: "Missing values come from neighbouring rows, the session and the project.",
    unknown: "Values that no neighbour tells are marked as guesses.",
  },
  detect: (conversation) => defectsOf(conversation, "invalid-message"),
  repair: (target, editor) => completeMessage(target, editor),
});
