import type { Conversation } from "../model/conversation.js";
import { type Damage, defineRule, type Rule } from "./rule.js";

/** `reasons`: why the host does not list the session, or does not find it by its id. Its mend is the one of the rule for the cause. */
export function hiddenSession<C extends Conversation>(reasons: (conversation: C) => Damage[]): Rule<C> {
  return defineRule<C>({
    id: "hidden-session",
    family: "storage",
    title: "session that is not listed",
    harm: "it cannot be chosen to go on with",
    safety: "none",
    explanation: {
      what: "The program leaves the file out of its list of sessions, or does not find it by its id.",
      arises:
        "The file holds no prompt, a row breaks the program's look at the file, or the file was moved or renamed.",
      repair:
        "None of its own: what hides the session is reported and mended under its own rule, where it can be.",
      unknown: "Whether the session was meant to go.",
    },
    detect: reasons,
  });
}
