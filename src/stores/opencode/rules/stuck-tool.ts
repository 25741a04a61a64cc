import { isCall } from "../../../rules/pairs.js";
import { defineRule } from "../../../rules/rule.js";
import type { OpencodeConversation } from "../decode/session.js";
import type { OpencodeEdits } from "../mend/edits.js";
import { callsOf, inFlight } from "../walk.js";

export const stuckTool = defineRule<OpencodeConversation, OpencodeEdits>({
  id: "stuck-tool",
  family: "state",
  title: "tool left pending or running",
  harm: "the session looks busy for ever",
  safety: "safe",
  stage: "closed",
  action: "close the tool as interrupted",
  explanation: {
    what: "A tool part is pending or running, and no process is working on it.",
    arises: "The process was killed while the tool ran or while its input arrived. Nothing closes it later.",
    repair:
      'The part becomes an error "Tool execution was interrupted" with interrupted: true; its input stays.',
    unknown: "Whether the tool did its work.",
  },
  detect: (conversation, context) =>
    [...callsOf(conversation)]
      .filter(
        ({ message, call }) =>
          (call.state === "pending" || call.state === "running") && !inFlight(conversation, message, context),
      )
      .map(({ message, call }) => ({
        row: call.row,
        message,
        callId: call.id,
        evidence: {
          tool: call.name,
          status: call.state,
          idleMs: context.now - (call.row.updated ?? call.row.created ?? context.now),
        },
      })),
  clears: { call: ({ state }) => state === "completed" || state === "error" },
  mend({ block }, edits) {
    if (isCall(block)) edits.closeTool(block);
  },
});
