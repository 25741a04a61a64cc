import { blocksOf } from "../model/conversation.js";
import { defineRule } from "./rule.js";

export const danglingCompactionTail = defineRule({
  id: "dangling-compaction-tail",
  family: "state",
  title: "compaction that keeps a message which is gone",
  harm: "the compaction has no effect: the whole history is sent",
  inputs: ["opencode"],
  safety: "safe",
  action: "remove the pointer to the missing message",
  explanation: {
    what: "A compaction names a first message to keep, and that message does not exist.",
    arises: "The message was deleted or reverted after the compaction.",
    repair: "The pointer is removed; the compaction then cuts where it stands.",
    unknown: "Which messages were to be kept besides the summary.",
  },
  detect(conversation) {
    const ids = new Set(conversation.messages.map((message) => message.row.id));
    return blocksOf(conversation.messages, "compaction")
      .filter(({ block }) => block.tail !== undefined && !ids.has(block.tail))
      .map(({ block, turn }) => ({
        row: block.row,
        message: conversation.messages[turn],
        evidence: { tail: block.tail },
      }));
  },
  repair: ({ row }, editor) => editor.unset(row, "$.tail_start_id"),
});
