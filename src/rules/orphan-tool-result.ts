import type { Conversation } from "../model/conversation.js";
import type { ResultEdits } from "./edits.js";
import { onlyOpenCall } from "./pairs.js";
import { defineRule } from "./rule.js";

export const orphanToolResult = defineRule<Conversation, ResultEdits>({
  id: "orphan-tool-result",
  family: "pairing",
  title: "tool result without its call",
  harm: "hosts before 0.0.11 send it, later ones drop it",
  safety: "safe",
  stage: "matched",
  action: "remove the result",
  explanation: {
    what: "A tool result names a tool call that is not in the conversation.",
    arises:
      "A gateway sent no finish reason, a request was interrupted or sent twice, or the row of the call was lost.",
    repair:
      "The result is removed and kept whole in the journal. No call is invented for it, because its input is unknown.",
    unknown: "What the tool was asked to do.",
  },
  check: (view) =>
    view.pairing.results
      .filter(({ call, block }) => !call && !block.exempt && !view.pairing.callIds.has(block.id))
      .map((result) => ({ row: result.block.row, turn: result.turn, callId: result.block.id })),
  mend({ conversation, block }, edits) {
    if (block?.kind !== "result") return;
    const heir = block.id === "" ? onlyOpenCall(conversation, block) : null;
    if (heir) edits.nameResult(block, heir.id);
    else if (!edits.restoreCall?.(block)) edits.drop(block);
  },
});
