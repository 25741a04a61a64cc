import { defineRule } from "../../../rules/rule.js";

export const misplacedToolCall = defineRule({
  id: "misplaced-tool-call",
  family: "pairing",
  title: "tool call in a message that is not the assistant's",
  safety: "safe",
  stage: "called",
  action: "take the call out, and its result with it",
  explains: ["missing-tool-result", "misplaced-tool-result"],
  explanation: {
    what: "A message of the user calls a tool: only the assistant can.",
    arises: "A converter gave a message the wrong role, or merged two messages into one.",
    repair: "The call is taken out of the request, and the result that it had.",
    unknown: "Which message of the assistant it belonged to, if any.",
  },
  check: (view) =>
    view.pairing.calls
      .filter((call) => view.turns[call.turn]!.role !== "assistant")
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
