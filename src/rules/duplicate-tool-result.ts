import { defineRule } from "./rule.js";

export const duplicateToolResult = defineRule({
  id: "duplicate-tool-result",
  family: "pairing",
  title: "more tool results than tool calls for one id",
  harm: "providers refuse the second one",
  safety: "safe",
  stage: "matched",
  action: "keep the first result, remove the others",
  explanation: {
    what: "A tool call has its result, and another result carries the same id.",
    arises: "A request was sent twice, or two processes wrote the same turn.",
    repair: "The first result stays. Each further one is moved to the journal.",
    unknown: "Which of two different results the model should have seen.",
  },
  check: (view, provider) =>
    provider.pairing === "unchecked"
      ? []
      : view.pairing.results
          .filter(({ call, block }) => !call && block.id !== "" && view.pairing.callIds.has(block.id))
          .map((result) => ({ row: result.block.row, turn: result.turn, callId: result.block.id })),
  mend({ block }, edits) {
    if (block) edits.drop(block);
  },
});
