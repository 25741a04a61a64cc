import { invalidThinking as shared } from "../../../rules/invalid-thinking.js";
import { defineRule } from "../../../rules/rule.js";

/** Reasoning is sealed: of what is there, only a seal that is cut off can be told from a good one. */
export const invalidThinking = defineRule({
  ...shared,
  explanation: {
    ...shared.explanation,
    what: "The encrypted content of a reasoning item begins as the service writes it, and is too short to be opened.",
    unknown: "Whether a whole seal belongs to the account in use: only the service can tell.",
  },
  check: (view) =>
    view.messages.flatMap((turn, index) =>
      turn.blocks.flatMap((block) =>
        block.kind === "thinking" && block.sealed === false
          ? [{ row: block.row, block, turn: index, callId: block.itemId, evidence: { problem: "sealed" } }]
          : [],
      ),
    ),
});
