import type { CallBlock, Message } from "../../../model/conversation.js";
import { isCall } from "../../../rules/pairs.js";
import { defineRule } from "../../../rules/rule.js";
import type { OpencodeConversation } from "../decode/session.js";
import type { OpencodeEdits } from "../mend/edits.js";
import { ABORTED, assistants, callsOf, isAborted, isDropped, isFinal } from "../walk.js";

export const orphanInterruptedTool = defineRule<OpencodeConversation, OpencodeEdits>({
  id: "orphan-interrupted-tool",
  family: "state",
  title: "interrupted tool that counts as open work",
  harm: "the run loop may wait for this tool, or leave a prompt unanswered",
  safety: "safe",
  stage: "interrupted",
  action: "close the message as the host's own interrupt does",
  explains: ["assistant-prefill"],
  explanation: {
    what: "A tool part ended as interrupted, in a message that is otherwise finished or that never ended.",
    arises:
      "The stream was aborted or retried during the call, and the clean-up marked the part (opencode #26177).",
    repair:
      "The message gets the end that opencode 1.14.51 and later write on an interrupt, and the part gets interrupted: true.",
    unknown: "Whether the tool did its work.",
  },
  detect(conversation) {
    const last = assistants(conversation).at(-1);
    const found = [...callsOf(conversation)].filter(({ message, call }) => isOrphan(message, call));
    const byModel = countByModel(found.map(({ message }) => message));
    return found.map(({ message, call }) => ({
      row: call.row,
      others: [message.row],
      message,
      callId: call.id,
      ...variantOf(message, message === last),
      evidence: {
        tool: call.name,
        createdAt: call.row.created,
        model: message.model?.id ?? "",
        inSession: found.length,
        inSessionByModel: byModel,
      },
    }));
  },
  clears: {
    call: ({ interrupted, error }, message) => (!interrupted && error !== ABORTED) || isAborted(message),
  },
  mend({ message, block, row }, edits) {
    if (isCall(block) && !block.interrupted) edits.markInterrupted(block);
    if (message) edits.closeMessage(message, message.row.id !== row.id);
  },
});

/**
 * True if the call was interrupted or aborted in a message that the host neither drops nor records as aborted. The
 * message has a final end or none, or the call was interrupted and has a real input.
 */
function isOrphan(message: Message, call: CallBlock): boolean {
  if (call.state !== "error" || message.error || isDropped(message)) return false;
  if (!call.interrupted && call.error !== ABORTED) return false;
  return (
    message.finish === undefined || isFinal(message.finish) || (call.interrupted === true && !call.inputEmpty)
  );
}

function variantOf(message: Message, isLast: boolean) {
  if (!isLast) return { variant: "past", safety: "none" as const };
  return { variant: isFinal(message.finish) ? "open" : "unfinished" };
}

function countByModel(messages: readonly Message[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { model } of messages) counts[model?.id ?? ""] = (counts[model?.id ?? ""] ?? 0) + 1;
  return counts;
}
