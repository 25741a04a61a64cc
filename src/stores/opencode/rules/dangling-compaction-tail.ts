import { blocksOf } from "../../../model/conversation.js";
import { defineRule } from "../../../rules/rule.js";
import type { OpencodeConversation } from "../decode/session.js";
import type { OpencodeEdits } from "../mend/edits.js";

export const danglingCompactionTail = defineRule<OpencodeConversation, OpencodeEdits>({
  id: "dangling-compaction-tail",
  family: "state",
  title: "compaction with a wrong first message to keep",
  harm: "the compaction has no effect: the whole history is sent",
  safety: "safe",
  stage: "kept",
  action: "remove the pointer to the message",
  explanation: {
    what: "A compaction names the first message to keep, and that message does not exist or comes after the compaction.",
    arises: "The message was deleted or reverted after the compaction, or its time was changed.",
    repair: "The pointer is removed. The compaction then cuts the history at its own place.",
    unknown: "Which messages were to be kept besides the summary.",
  },
  detect(conversation) {
    const places = new Map(conversation.messages.map(({ row }, place) => [row.id, place]));
    return blocksOf(conversation.messages, "compaction")
      .filter(({ block, turn }) => block.tail && (places.get(block.tail) ?? turn + 1) > turn)
      .map(({ block, turn }) => ({
        row: block.row,
        message: conversation.messages[turn],
        evidence: { tail: block.tail },
      }));
  },
  clears: {
    message: ({ rest }, { prompts }) =>
      rest.every((block) => block.kind !== "compaction" || !block.tail || prompts.has(block.tail)),
  },
  mend: ({ row }, edits) => edits.dropTail(row),
});
