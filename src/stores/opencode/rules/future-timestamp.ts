import type { Conversation, Message } from "../../../model/conversation.js";
import { largest, smallest } from "../../../model/numbers.js";
import { type Context, defineRule } from "../../../rules/rule.js";
import type { OpencodeConversation } from "../decode/session.js";
import { timeOfId } from "../ids.js";
import type { OpencodeEdits } from "../mend/edits.js";
import { idNeighbours, latestBefore, threadOf } from "../thread.js";
import { CLOCK_SLACK } from "../walk.js";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export const futureTimestamp = defineRule<OpencodeConversation, OpencodeEdits>({
  id: "future-timestamp",
  family: "state",
  title: "message dated in the future",
  harm: "the order of the messages is wrong",
  safety: "safe",
  stage: "timed",
  action: "set the time between its neighbours",
  explains: ["assistant-prefill", "mismatched-column", "id-order", "role-order"],
  explanation: {
    what: "A message is dated later than everything that was written after it, or later than now.",
    arises: "A wrong clock, an import, or a row that another tool wrote.",
    repair:
      "Column and JSON get a time between the neighbouring messages, taken from the id and the parts if they tell one.",
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
  clears: {
    message: ({ message: { row } }, { conversation }) =>
      (row.created ?? Number.POSITIVE_INFINITY) <= (conversation.updated ?? 0),
  },
  mend({ conversation, message }, edits) {
    if (!message) return;
    const created = likelyTime(conversation, message);
    const isLate = (message.completed ?? 0) > created + DAY;
    edits.setTimes(message, created, isLate ? largest(ownTimes(message, created), created) : undefined);
  },
});

/** The ms by which a message is dated ahead of the clock, or of its own parts and the session's last change; else 0. */
function ahead(conversation: Conversation, message: Message, dated: number, context: Context): number {
  const byClock = dated - context.now;
  if (byClock > CLOCK_SLACK) return byClock;
  const own = message.blocks.map((block) => Math.max(block.row.created ?? 0, block.row.updated ?? 0));
  const touched = Math.max(
    conversation.updated ?? dated,
    largest(own, own.length === 0 ? (message.row.updated ?? dated) : 0),
  );
  return dated - touched > HOUR ? dated - touched : 0;
}

/** The likely time of a message, by its JSON or column, its parts, its id, the prompt that it answers, and its replies. */
function likelyTime(conversation: Conversation, message: Message): number {
  const dated = Math.max(message.row.created ?? 0, message.created ?? 0);
  const thread = threadOf(conversation.messages);
  const isBefore = ({ row }: Message) => (row.created ?? dated) < dated;
  const latest = Math.max(latestBefore(thread, dated) ?? 0, conversation.created ?? 0);
  const prompt = [thread.byId.get(message.parent ?? "")].find((other) => other && isBefore(other));
  const replies = (thread.repliesTo.get(message.row.id) ?? []).filter(isBefore);
  const answered = replies.reduce((time, reply) => Math.min(time, timeOf(reply)), dated - HOUR);
  const written = [message.created, message.row.created, ...ownTimes(message, dated)].filter(
    (time): time is number => time !== null && time > (prompt ? timeOf(prompt) : 0) && time < answered,
  );
  if (written.length > 0) return smallest(written);

  const { previous, next } = idNeighbours(thread, message, dated);
  const low = prompt ?? previous;
  const high = replies.length > 0 || !next ? answered : Math.min(answered, timeOf(next));
  const after = low ? timeOf(low) : 0;
  const told = [timeOfId(message.row.id, latest), message.row.updated].find(
    (time) => time !== null && time > after && time < high,
  );
  if (told) return told;
  if (low && after < high) return after + 1;
  return replies.length > 0 || next ? high - 1 : latest + 1;
}

function timeOf({ row }: Message): number {
  return row.created ?? 0;
}

/** The times of those parts that are earlier than the message. */
function ownTimes(message: Message, dated: number): number[] {
  return message.blocks
    .map((block) => block.row.created)
    .filter((time): time is number => time !== null && time < dated);
}
