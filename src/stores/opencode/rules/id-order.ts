import { present } from "../../../model/present.js";
import { defineRule } from "../../../rules/rule.js";
import type { OpencodeConversation } from "../decode/session.js";
import { timeOfId } from "../ids.js";
import type { OpencodeEdits } from "../mend/edits.js";

export const idOrder = defineRule<OpencodeConversation, OpencodeEdits>({
  id: "id-order",
  family: "state",
  title: "ids out of order with time",
  harm: "parts or prompts are read in the wrong order",
  safety: "none",
  stage: "timed",
  action: "give new ids in the order of time",
  explanation: {
    what: "Newer messages have ids that sort before those of older ones. (So will the next prompt, if the conversation began before the ids wrapped.) Or the parts of one message are in the wrong order.",
    arises:
      "The ids of opencode wrap every 2.18 years, last on 2026-08-14. Hosts before 1.18.15 compare ids to see whether a prompt was answered. Kilo 7.7.9 takes prompts whose ids sort behind that of the next one for prompts that wait, and leaves them and their replies out of the request.",
    repair:
      "Upgrade opencode: 1.18.15 and later go by time. For Kilo 7.7.9, --unsafe gives the messages new ids in the order of time, below that of the next prompt; replies, parts, compactions and a revert follow. If the parts of one message are on both sides of the wrap, they get ids on one side.",
    unknown: "Whether something outside of the database, such as a shared copy, knows the old ids.",
  },
  detect(conversation, { features }) {
    const messages = conversation.messages.filter((message, index) => {
      const previous = conversation.messages[index - 1];
      return (
        previous &&
        message.row.id < previous.row.id &&
        (message.row.created ?? 0) > (previous.row.created ?? 0)
      );
    });
    const first = messages[0];
    const found = first
      ? [
          {
            row: first.row,
            message: first,
            others: messages.flatMap(({ row, position }) => [
              row,
              present(conversation.messages[position - 1]).row,
            ]),
            variant: "messages",
            // Elsewhere a later version of the host reads them well.
            ...(features.holdsLaterIds && { safety: "unsafe" as const }),
            evidence: { messages: messages.length },
          },
        ]
      : [];
    const torn = conversation.messages.filter((message) => {
      const near = message.row.created ?? 0;
      const times = message.blocks
        .map((block) => timeOfId(block.row.id, near))
        .filter((time) => time !== null);
      return times.some((time, index) => (times[index - 1] ?? time) - time > 60_000);
    });
    return [
      ...found,
      ...torn.map((message) => ({
        row: message.row,
        message,
        variant: "parts",
        safety: "safe" as const,
        evidence: { parts: message.blocks.length },
      })),
    ];
  },
  clears: {
    message({ message: { row, blocks } }, { previous }) {
      if (previous && !((previous.row.created ?? 0) <= (row.created ?? 0) && previous.row.id < row.id))
        return false;
      // Parts on both sides of the id wrap differ in the first digits.
      const first = blocks[0]?.row.id.slice(4, 7);
      return blocks.every((block) => block.row.id.slice(4, 7) === first);
    },
  },
  mend({ message, evidence }, edits) {
    if (!("parts" in evidence)) edits.renumberMessages();
    else if (message) edits.joinAcrossWrap(message);
  },
});
