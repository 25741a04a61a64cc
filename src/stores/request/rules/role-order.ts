import type { Conversation } from "../../../model/conversation.js";
import { roleOrder as shared } from "../../../rules/role-order.js";
import { defineRule } from "../../../rules/rule.js";
import type { RequestEdits } from "../edits.js";

/** In a request, two messages of one role can be joined. (In a database, both are real.) */
export const roleOrder = defineRule<Conversation, RequestEdits>({
  ...shared,
  safety: "safe",
  stage: "finished",
  action: "join the two messages",
  mend({ message }, edits) {
    if (message) edits.mergeIntoPrevious(message);
  },
});
