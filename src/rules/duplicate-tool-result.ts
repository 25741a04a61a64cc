import { defineRule } from "./rule.js";

export const duplicateToolResult = defineRule({
  id: "duplicate-tool-result",
  family: "pairing",
  title: "more results than calls for one id",
  harm: "hosts before 0.0.11 send both",
  safety: "safe",
  stage: "matched",
  action: "keep the first result, take the others out",
  explanation: {
    what: "A call already has its result, and a further one carries the same id.",
    arises: "A send that was repeated, or two processes that wrote the same turn.",
    repair: "The first result stays; a surplus one goes to the journal.",
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
