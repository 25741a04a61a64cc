import type { Conversation } from "../../../model/conversation.js";
import { defineRule } from "../../../rules/rule.js";
import type { RequestEdits } from "../edits.js";

export const trailingSpace = defineRule<Conversation, RequestEdits>({
  id: "trailing-space",
  family: "order",
  title: "a prefill that ends in white space",
  safety: "safe",
  stage: "finished",
  action: "take the white space off its end",
  explanation: {
    what: "The last message is the assistant's, for the model to go on with, and its text ends in a space or a line break.",
    arises: "A prefill was written with the space that the next word would follow.",
    repair: "The white space at its end is taken off.",
    unknown: "Nothing.",
  },
  check(view, provider) {
    const last = view.turns.at(-1);
    const end = last?.blocks.at(-1);
    if (!provider.refusesTrailingSpace || last?.role !== "assistant") return [];
    if (end?.kind !== "text" || !end.endsInSpace || end.blank) return [];
    return [{ row: end.row, block: end, turn: view.turns.length - 1 }];
  },
  mend({ block }, edits) {
    if (block) edits.trimEnd(block.row);
  },
});
