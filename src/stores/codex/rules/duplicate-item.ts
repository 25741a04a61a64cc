import type { Block } from "../../../model/conversation.js";
import { defineRule, type Symptom } from "../../../rules/rule.js";

export const duplicateItem = defineRule({
  id: "duplicate-item",
  family: "pairing",
  title: "the same item twice in a request",
  safety: "safe",
  stage: "unique",
  action: "keep the first one, take the others out",
  explains: ["missing-tool-result", "duplicate-tool-result", "orphan-tool-result"],
  explanation: {
    what: "Two items of the history carry the same id. The Responses API refuses the whole request.",
    arises: "A write that was repeated, or two processes that went on from the same rollout.",
    repair: "The first one stays, the copies go to the journal.",
    unknown: "Nothing: the copies say the same.",
  },
  check(view) {
    const seen = new Map<string, Block>();
    return view.messages.flatMap((turn, index) =>
      turn.blocks.flatMap((block): Symptom[] => {
        const id = "itemId" in block ? block.itemId : undefined;
        const first = id === undefined ? undefined : seen.get(id);
        if (id !== undefined && !first) seen.set(id, block);
        if (!first) return [];
        return [
          { row: block.row, others: [first.row], block, turn: index, callId: id, text: "item-duplicate" },
        ];
      }),
    );
  },
  mend({ message }, edits) {
    if (message) edits.removeMessage(message);
  },
});
