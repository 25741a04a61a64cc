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
  action: "take the result out",
  explanation: {
    what: "A tool result names a call that stands nowhere in the conversation.",
    arises:
      "A gateway that never sent a finish reason, an interrupted or doubled send, a call row that was lost.",
    repair:
      "The row is taken out and kept whole in the journal. No call is invented for it: its input is unknown.",
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
    else if (!edits.restoreCall?.(block) && !edits.quoteResult?.(block)) edits.drop(block);
  },
});
