import type { Conversation } from "../../../model/conversation.js";
import { assistantPrefill as shared } from "../../../rules/assistant-prefill.js";
import { defineRule } from "../../../rules/rule.js";
import type { RequestEdits } from "../edits.js";

/** In a request the trailing turn can be dropped; in a database its cause is mended. */
export const assistantPrefill = defineRule<Conversation, RequestEdits>({
  ...shared,
  safety: "unsafe",
  stage: "finished",
  action: "take the trailing assistant turn out of the request",
  mend({ message }, edits) {
    if (message) edits.removeMessage(message);
  },
});
