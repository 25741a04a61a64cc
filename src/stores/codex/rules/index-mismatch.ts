import type { Conversation } from "../../../model/conversation.js";
import type { Edits } from "../../../rules/edits.js";
import { type Damage, defineRule, type Rule } from "../../../rules/rule.js";

/** Edits that put a database of Codex in step with the rollouts. */
export interface IndexEdits extends Edits {
  realign(): void;
}

/** `mismatches`: what a row of the database says otherwise than the rollout of its thread. */
export function indexMismatch<C extends Conversation>(
  action: string,
  mismatches: (conversation: C) => Damage[],
): Rule<C, IndexEdits> {
  return defineRule<C, IndexEdits>({
    id: "index-mismatch",
    family: "storage",
    title: "database that says otherwise than the session's file",
    harm: "the program does not open the session, or shows only a part of it",
    safety: "safe",
    stage: "linked",
    action,
    explanation: {
      what: "Codex keeps the path of each thread's rollout, and a list of its turns, in databases beside the rollouts. The path leads nowhere, the row of the thread says that no such list is kept although the rollout's rows are numbered, or the list waits for a number that does not come next in the rollout.",
      arises:
        "The home folder was moved or copied, a rollout was moved by hand, its numbers went back and were mended later, or Codex met the rollout first while its first line was damaged, and noted a thread without a list.",
      repair:
        "The path becomes that of the rollout with the thread's id, and the mode that of the rollout. A list that is out of step is emptied: Codex builds it anew from the rollout at the next resume. Mend the rollout first.",
      unknown: "Where a rollout is that stands nowhere in the folder.",
    },
    detect: mismatches,
    mend: (_, edits) => edits.realign(),
  });
}
