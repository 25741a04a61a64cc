import { isCall } from "../../../rules/pairs.js";
import { defineRule } from "../../../rules/rule.js";
import { closeTool } from "../mend/steps.js";
import { callsOf, inFlight } from "../walk.js";

export const stuckTool = defineRule({
  id: "stuck-tool",
  family: "state",
  title: "tool left pending or running",
  harm: "the session looks busy for ever",
  inputs: ["opencode"],
  safety: "safe",
  action: "close the tool as interrupted",
  explanation: {
    what: "A tool part is pending or running, and no process is at work on it.",
    arises:
      "The process was killed while the tool ran or while its arguments arrived. Nothing cleans it up later.",
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
  repair({ block }, editor) {
    if (isCall(block)) closeTool(block, editor);
  },
});
