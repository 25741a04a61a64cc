import { defectsOf } from "../../../rules/defects.js";
import { hasNoDefects } from "../../../rules/glance.js";
import { defineRule } from "../../../rules/rule.js";
import type { OpencodeConversation } from "../decode/session.js";
import type { OpencodeEdits } from "../mend/edits.js";

export const storedFormat = defineRule<OpencodeConversation, OpencodeEdits>({
  id: "stored-format",
  family: "storage",
  title: "user message with a stored format",
  safety: "safe",
  stage: "complete",
  action: "remove the stored format",
  explanation: {
    what: "A user message has a `format` that the host cannot encode again.",
    arises: "A plugin or an SDK call asked for structured output.",
    repair: "The key is removed once the message is answered.",
    unknown: "Nothing: the answer is already there.",
  },
  detect: (conversation) => defectsOf(conversation, "stored-format"),
  clears: hasNoDefects,
  mend: ({ row }, edits) => edits.dropFormat(row),
});
