import type { Conversation } from "../model/conversation.js";
import type { ChainEdits } from "./edits.js";
import { type Damage, defineRule, type Rule } from "./rule.js";

/** `losses`: the places at which the store's own walk through the history goes astray. */
export function lostHistory<C extends Conversation>(
  losses: (conversation: C) => Damage[],
): Rule<C, ChainEdits> {
  return defineRule<C, ChainEdits>({
    id: "lost-history",
    family: "storage",
    title: "turns that are in the file and not sent",
    harm: "the model is not told of them",
    safety: "safe",
    stage: "chained",
    action: "hang the row on the one before it",
    explains: ["leading-assistant", "orphan-tool-result", "missing-tool-result"],
    explanation: {
      what: "A row names a row before it that is not there, that comes later, or that another row follows already: the program sends only the branch that it walks, without a word about the rest.",
      arises:
        "A line was lost or could not be read, two processes went on from the same row, or a tool removed rows and left their names behind.",
      repair:
        "The row hangs on the row before it in the file, or behind the end of the other branch. Nothing is removed.",
      unknown: "What stood in rows that are gone.",
    },
    detect: losses,
    mend: ({ row, evidence }, edits) => edits.relink(row, evidence),
  });
}
