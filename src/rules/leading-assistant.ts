import { defineRule } from "./rule.js";

export const leadingAssistant = defineRule({
  id: "leading-assistant",
  family: "order",
  title: "the history begins with an assistant turn",
  safety: "safe",
  stage: "opened",
  action: "put a placeholder prompt before the first assistant turn",
  explanation: {
    what: "The first message of the request is the assistant's.",
    arises: "The prompt before it was deleted or could not be read.",
    repair: "A short user text is added before it, which says that the first prompt is missing.",
    unknown: "What the user asked.",
  },
  check(view, provider) {
    const at = view.turns.findIndex((turn) => turn.role !== "system");
    const first = view.turns[at];
    if (provider.firstRole !== "user" || first?.role !== "assistant") return [];
    return [{ row: first.row ?? first.blocks[0]?.row ?? null, turn: at }];
  },
  mend({ message }, edits) {
    if (message) edits.beginWithPrompt(message, "[The first prompt of this conversation is missing.]");
  },
});
