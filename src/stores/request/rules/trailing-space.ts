import type { Conversation } from "../../../model/conversation.js";
import { defineRule } from "../../../rules/rule.js";
import type { RequestEdits } from "../edits.js";

export const trailingSpace = defineRule<Conversation, RequestEdits>({
  id: "trailing-space",
  family: "order",
  title: "prefill that ends in white space",
  safety: "safe",
  stage: "finished",
  action: "remove the white space at its end",
  explanation: {
    what: "The request ends with an assistant message for the model to continue, and its text ends in a space or a line break.",
    arises: "The prefill was written with the space before the next word.",
    repair: "The white space at the end of the text is removed.",
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
