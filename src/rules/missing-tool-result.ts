import type { Conversation } from "../model/conversation.js";
import { groupBehind } from "../model/nameless.js";
import type { ResultEdits } from "./edits.js";
import { isCall } from "./pairs.js";
import { defineRule, type View } from "./rule.js";

export const missingToolResult = defineRule<Conversation, ResultEdits>({
  id: "missing-tool-result",
  family: "pairing",
  title: "tool call without a result",
  harm: "the host adds a result at every replay; other readers refuse the call",
  safety: "safe",
  stage: "answered",
  action: "add a result after the call that says it was interrupted",
  explains: ["misplaced-tool-result"],
  explanation: {
    what: "An assistant message calls a tool and no result for that call follows.",
    arises: "The process was killed, the user pressed Stop, or a write failed while the tool was at work.",
    repair:
      "A result directly behind the call says that it was interrupted; the call keeps its input. Where results that lost their ids stand behind several calls, they are paired in order, with --unsafe.",
    unknown: "Whether the tool did its work before the interruption.",
  },
  check: (view, provider) =>
    provider.pairing === "unchecked"
      ? []
      : view.pairing.calls
          .filter((call) => !call.result && !call.block.exempt)
          .map((call) => ({
            row: call.block.row,
            block: call.block,
            turn: call.turn,
            callId: call.block.id,
            evidence: { tool: call.block.name },
            ...(mayBeAnswered(view, call.turn) && { safety: "unsafe" as const }),
          })),
  mend({ message, block }, edits) {
    if (message && isCall(block)) edits.insertResult(message, block);
  },
});

/** True if the results of the call may be among several that lost their ids: then it was not interrupted. */
function mayBeAnswered({ turns }: View, turn: number): boolean {
  let end = turn;
  while (turns[end + 1]?.role === "assistant") end++;
  const { open, results } = groupBehind(turns, end);
  return results.length > 0 && (open.length > 1 || results.length > 1);
}
