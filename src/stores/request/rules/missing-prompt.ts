import type { Conversation } from "../../../model/conversation.js";
import { defineRule } from "../../../rules/rule.js";
import type { RequestEdits } from "../edits.js";

export const missingPrompt = defineRule<Conversation, RequestEdits>({
  id: "missing-prompt",
  family: "order",
  title: "request without a message of the user",
  safety: "safe",
  stage: "said",
  action: "add a prompt that says that it is missing",
  explanation: {
    what: "The list of messages is empty, or no message in it is the user's, and the provider wants one.",
    arises: "A history was compacted or cut until nothing but a system message was left.",
    repair:
      "A short prompt behind the other messages says that the last one is missing. An empty list stays as it is: there is nothing to go on with.",
    unknown: "What the user had asked.",
  },
  check: ({ turns }, provider) => {
    if (turns.length === 0)
      return provider.needsMessages ? [{ row: null, turn: 0, safety: "none" as const }] : [];
    if (!provider.needsPrompt || turns.some(({ role }) => role === "user")) return [];
    return [{ row: turns.at(-1)?.row ?? null, turn: turns.length - 1 }];
  },
  mend(_, edits) {
    edits.endWithPrompt("[The prompt of this conversation is missing.]");
  },
});
