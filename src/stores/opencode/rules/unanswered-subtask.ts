import type { Block, CallBlock } from "../../../model/conversation.js";
import { defineRule } from "../../../rules/rule.js";
import type { OpencodeConversation } from "../decode/session.js";
import type { OpencodeEdits } from "../mend/edits.js";
import { byPlace } from "../replay/order.js";
import { unansweredSubtasks } from "../replay/tasks.js";
import { inFlight } from "../walk.js";

export const unansweredSubtask = defineRule<OpencodeConversation, OpencodeEdits>({
  id: "unanswered-subtask",
  family: "state",
  title: "subtask that the host would run again",
  harm: "the next prompt runs it again first",
  safety: "unsafe",
  stage: "ended",
  action: "turn the subtask into a prompt with the same words",
  explanation: {
    what: "A subtask has no finished reply, so the host runs it before anything else. If its agent or model is gone, that fails, and with it every prompt.",
    arises:
      "The process was killed while the subtask ran, or the subtask names an agent or a model that is not configured.",
    repair:
      "If a reply has begun, it is closed (`stuck-tool`, `incomplete-message`) and the host goes on. If none has, the words of the subtask become a prompt. That is safe if later prompts have failed at the subtask; otherwise the host may still run it.",
    unknown: "Whether its agent and model are configured: the database does not tell.",
  },
  detect: (conversation, context) => {
    const { messages } = conversation;
    const last = messages.at(-1);
    if (last && inFlight(conversation, last, context)) return [];
    return unansweredSubtasks(messages, byPlace(messages)).map(({ message, block, failed }) => ({
      row: block.row,
      others: [message.row],
      message,
      evidence: { failed },
      ...(failed && { safety: "safe" as const }),
    }));
  },
  clears: {
    message({ message, media, calls, rest }, { isLast, open }) {
      // A reply holds no subtask and no file of its own.
      if (message.role === "assistant" && (rest.length > 0 || media.length > filesOf(calls))) return false;
      if (rest.some((block) => "broken" in block && block.broken)) return false;
      return !isLast || Boolean(message.finish) || !open.some(({ blocks }) => blocks.some(isSubtask));
    },
  },
  mend: ({ row }, edits) => edits.sayInstead(row),
});

function isSubtask({ kind }: Block): boolean {
  return kind === "subtask";
}

function filesOf(calls: readonly CallBlock[]): number {
  return calls.reduce((sum, { media }) => sum + (media?.length ?? 0), 0);
}
