import type { Conversation } from "../../../model/conversation.js";
import { assistantPrefill as shared } from "../../../rules/assistant-prefill.js";
import { defineRule } from "../../../rules/rule.js";
import type { RequestEdits } from "../edits.js";

/** In a request, the last turn can be removed. (In a database, its cause is mended.) */
export const assistantPrefill = defineRule<Conversation, RequestEdits>({
  ...shared,
  safety: "unsafe",
  stage: "finished",
  action: "remove the last assistant turn from the request",
  mend({ message }, edits) {
    if (message) edits.removeMessage(message);
  },
});
