import { defineRule } from "../../../rules/rule.js";

export const unsupportedReasoning = defineRule({
  id: "unsupported-reasoning",
  family: "order",
  title: "reasoning for a provider that has no place for it",
  safety: "safe",
  stage: "named",
  action: "take the reasoning out",
  explanation: {
    what: "A message carries `reasoning_content`, a key that the provider (Groq, Cerebras) does not know and refuses.",
    arises: "The history comes from a model that thinks, and the next request goes to another service.",
    repair: "The key is taken out of the copy: the provider would not read it.",
    unknown: "Nothing.",
  },
  check: ({ turns, format }, provider) =>
    !provider.refusesReasoning || format !== "openai-chat"
      ? []
      : turns.flatMap((turn, index) =>
          turn.blocks.flatMap((block) =>
            block.kind === "thinking" ? [{ row: block.row, block, turn: index }] : [],
          ),
        ),
  mend({ block }, edits) {
    if (block) edits.drop(block);
  },
});
