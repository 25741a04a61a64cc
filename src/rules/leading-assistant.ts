import { defineRule } from "./rule.js";

export const leadingAssistant = defineRule({
  id: "leading-assistant",
  family: "order",
  title: "the history begins with an assistant turn",
  safety: "safe",
  stage: "opened",
  infoSafety: "none",
  action: "put a placeholder prompt before the first assistant turn",
  explanation: {
    what: "The first message of the request is the assistant's.",
    arises: "The prompt before it was deleted or could not be read.",
    repair:
      "Where the provider in use refuses it (Gemini, strict chat templates), a short synthetic user text before it says that the first prompt is missing. Anthropic and Bedrock take it, and nothing is changed for them.",
    unknown: "What the user had asked.",
  },
  check(view, provider) {
    const at = view.turns.findIndex((turn) => turn.role !== "system");
    const first = view.turns[at];
    if (provider.firstRole !== "user" || first?.role !== "assistant") return [];
    return [{ row: first.row ?? first.blocks[0]?.row ?? null, turn: at }];
  },
  clears: { message: ({ message }, { previous }) => previous !== undefined || message.role === "user" },
  mend({ message }, edits) {
    if (message) edits.beginWithPrompt(message, "[The first prompt of this conversation is missing.]");
  },
});
