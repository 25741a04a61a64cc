import type { CallBlock, Message } from "../../../model/conversation.js";
import { isCall } from "../../../rules/pairs.js";
import { defineRule } from "../../../rules/rule.js";
import type { OpencodeConversation } from "../decode/session.js";
import type { OpencodeEdits } from "../mend/edits.js";
import { ABORTED, callsOf, isAborted, isDropped, isFinal } from "../walk.js";

export const droppedToolError = defineRule<OpencodeConversation, OpencodeEdits>({
  id: "dropped-tool-error",
  family: "state",
  title: "tool error that arrived before its call",
  harm: "the model sees an abort instead of the real error",
  safety: "safe",
  stage: "interrupted",
  action: "mark the part as interrupted, as the host's clean-up does",
  explanation: {
    what: 'A tool part says "Tool execution aborted" with the empty input {}: its real error and input never reached the row.',
    arises:
      "The error event came while the part was still pending, or the stream broke while the input was written (opencode #16749).",
    repair:
      "The part is marked as interrupted, so that no run loop waits for it. Input and error stay as they are; neither is invented.",
    unknown: "The real error and the input.",
  },
  detect: (conversation) =>
    [...callsOf(conversation)]
      .filter(({ message, call }) => !message.error && !isDropped(message) && isDroppedError(message, call))
      .map(({ message, call }) => ({
        row: call.row,
        message,
        callId: call.id,
        ...(call.interrupted && { variant: "marked", safety: "none" as const }),
        evidence: { tool: call.name, closedAfterMs: (call.row.updated ?? 0) - (call.row.created ?? 0) },
      })),
  clears: { call: ({ error }, message) => error !== ABORTED || isAborted(message) },
  mend({ block }, edits) {
    if (isCall(block)) edits.markInterrupted(block);
  },
});

function isDroppedError(message: Message, call: CallBlock): boolean {
  return (
    call.state === "error" &&
    call.error === ABORTED &&
    call.inputEmpty &&
    message.finish !== undefined &&
    !isFinal(message.finish)
  );
}
