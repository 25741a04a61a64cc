import type { Conversation, Message } from "../model/conversation.js";
import { type Context, defineRule } from "./rule.js";

const HOUR = 3_600_000;
const CLOCK_SLACK = 5 * 60_000;

export const futureTimestamp = defineRule({
  id: "future-timestamp",
  family: "state",
  title: "message dated in the future",
  harm: "the order of the messages is wrong",
  inputs: ["opencode"],
  safety: "safe",
  action: "set the time between its neighbours",
  explains: ["assistant-prefill", "mismatched-column", "id-order", "role-order"],
  explanation: {
    what: "A message is dated later than anything that was written after it, or later than now.",
    arises: "A clock that was wrong, an import, or another tool's row.",
    repair: "Column and JSON get a time between the neighbours, by the id's and the parts' own times.",
    unknown: "The exact moment.",
  },
  detect: (conversation, context) =>
    conversation.messages.flatMap((message) => {
      const dated = Math.max(message.row.created ?? 0, message.created ?? 0);
      const aheadBy = ahead(conversation, message, dated, context);
      return aheadBy > 0
        ? [{ row: message.row, message, evidence: { dated, aheadMs: aheadBy, role: message.role } }]
        : [];
    }),
});

/** By how much a message is dated ahead of the clock, or of its own parts and the session's last change. */
function ahead(conversation: Conversation, message: Message, dated: number, context: Context): number {
  const byClock = dated - context.now;
  if (byClock > CLOCK_SLACK) return byClock;
  const own = message.blocks.map((block) => Math.max(block.row.created ?? 0, block.row.updated ?? 0));
  const touched = Math.max(
    conversation.updated ?? dated,
    ...own,
    own.length === 0 ? (message.row.updated ?? dated) : 0,
  );
  return dated - touched > HOUR ? dated - touched : 0;
}
