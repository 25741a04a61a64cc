import type { Conversation } from "../model/conversation.js";
import { groupOfResult } from "../model/nameless.js";
import type { PlacedResult } from "../model/pairing.js";
import type { ResultEdits } from "./edits.js";
import { openCallFor } from "./pairs.js";
import { defineRule, type View } from "./rule.js";

export const orphanToolResult = defineRule<Conversation, ResultEdits>({
  id: "orphan-tool-result",
  family: "pairing",
  title: "tool result without its call",
  harm: "providers refuse it, or the host leaves it out",
  safety: "safe",
  stage: "matched",
  action: "remove the result",
  explanation: {
    what: "A tool result names a tool call that is not in the conversation.",
    arises:
      "A gateway sent no finish reason, a request was interrupted or sent twice, or the row of the call was lost.",
    repair:
      "The row is taken out and kept whole in the journal. No call is invented for it: its input is unknown. A result that lost its id gets that of the open call before it; of several, in order, with --unsafe.",
    unknown: "What the tool was asked to do.",
  },
  check: (view, provider) =>
    provider.pairing === "unchecked"
      ? []
      : view.pairing.results
          .filter(({ call, block }) => !call && !block.exempt && !isKnown(block.id, view))
          .map((result) => ({
            row: result.block.row,
            turn: result.turn,
            callId: result.block.id,
            ...(isGuess(view, result) && { safety: "unsafe" as const }),
          })),
  mend({ conversation, block }, edits) {
    if (block?.kind !== "result") return;
    const heir = block.id === "" ? openCallFor(conversation, block) : null;
    if (heir) edits.nameResult(block, heir.id);
    else if (!edits.restoreCall?.(block) && !edits.quoteResult?.(block)) edits.drop(block);
  },
});

/** An empty id names no call. */
function isKnown(id: string, { pairing }: View): boolean {
  return id !== "" && pairing.callIds.has(id);
}

/** True if the result lost its id and may answer one of several calls: only the order tells which. */
function isGuess({ turns }: View, result: PlacedResult): boolean {
  if (result.block.id !== "") return false;
  const { open, results } = groupOfResult(turns, result);
  return open.length > 0 && (open.length > 1 || results.length > 1);
}
