import { defineRule, type Symptom } from "../../../rules/rule.js";
import { unknownBlock as shared } from "../../../rules/unknown-block.js";

/** The service refuses content of a kind that it does not know. */
export const unknownBlock = defineRule({
  ...shared,
  action: "tell the content as a text",
  detect: () => [],
  check: ({ turns }) =>
    turns.flatMap((turn, index) =>
      turn.blocks.flatMap((block): Symptom[] =>
        block.kind === "unknown"
          ? [{ row: block.row, block, turn: index, evidence: { type: block.type } }]
          : [],
      ),
    ),
});
