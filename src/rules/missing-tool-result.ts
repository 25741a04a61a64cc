import type { Conversation } from "../model/conversation.js";
import type { ResultEdits } from "./edits.js";
import { isCall } from "./pairs.js";
import { defineRule } from "./rule.js";

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
    what: "An assistant message calls a tool, and no result of that call follows.",
    arises: "The process was killed, the user pressed Stop, or a write failed while the tool was running.",
    repair:
      "A result is added directly after the call. It says that the tool was interrupted; the call keeps its input.",
    unknown: "Whether the tool did its work before it was interrupted.",
  },
  check: (view) =>
    view.pairing.calls
      .filter((call) => !call.result && !call.block.exempt)
      .map((call) => ({
        row: call.block.row,
        block: call.block,
        turn: call.turn,
        callId: call.block.id,
        evidence: { tool: call.block.name },
      })),
  mend({ message, block }, edits) {
    if (message && isCall(block)) edits.insertResult(message, block);
  },
});
