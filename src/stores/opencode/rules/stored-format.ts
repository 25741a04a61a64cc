import { defectsOf } from "../../../rules/defects.js";
import { defineRule } from "../../../rules/rule.js";

export const storedFormat = defineRule({
  id: "stored-format",
  family: "storage",
  title: "user message with a stored format",
  inputs: ["opencode"],
  safety: "safe",
  action: "remove the stored format",
  explanation: {
    what: "A user message carries a `format` that the host cannot encode again.",
    arises: "A plugin or an SDK call asked for structured output.",
    repair: "The key is removed once the message is answered.",
    unknown: "Nothing: the answer is already there.",
  },
  detect: (conversation) => defectsOf(conversation, "stored-format"),
  repair: ({ row }, editor) => editor.unset(row, "$.format"),
});
