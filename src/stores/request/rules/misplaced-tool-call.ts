import { defineRule } from "../../../rules/rule.js";

export const misplacedToolCall = defineRule({
  id: "misplaced-tool-call",
  family: "pairing",
  title: "tool call in a message that is not the assistant's",
  safety: "safe",
  stage: "called",
  action: "remove the call and its result",
  explains: ["missing-tool-result", "misplaced-tool-result"],
  explanation: {
    what: "A message of the user contains a tool call. Only the assistant can call tools.",
    arises: "A converter gave a message the wrong role, or merged two messages into one.",
    repair: "The call and its result are removed from the request.",
    unknown: "Which message of the assistant it belonged to, if any.",
  },
  check: (view) =>
    view.pairing.calls
      .filter((call) => view.turns[call.turn]?.role !== "assistant")
      .map(({ block, turn, result }) => ({
        row: block.row,
        others: result ? [result.block.row] : [],
        block,
        turn,
        callId: block.id,
        evidence: { tool: block.name },
      })),
  mend({ block }, edits) {
    if (block) edits.drop(block);
  },
});
