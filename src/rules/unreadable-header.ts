import type { Conversation } from "../model/conversation.js";
import type { HeaderEdits } from "./edits.js";
import { type Damage, defineRule, type Rule } from "./rule.js";

/** `problems`: what keeps the host from knowing the file by its first line. */
export function unreadableHeader<C extends Conversation>(
  problems: (conversation: C) => Damage[],
): Rule<C, HeaderEdits> {
  return defineRule<C, HeaderEdits>({
    id: "unreadable-header",
    family: "storage",
    title: "first line by which the file is known cannot be read",
    safety: "safe",
    stage: "parsed",
    action: "write the first line anew, from the file's name and its rows",
    explanation: {
      what: "The line that says whose session the file is has been torn, is gone, or a byte order mark stands before it: the program does not take the file for a session.",
      arises: "The first write was interrupted, or an editor or a copy changed the beginning of the file.",
      repair: "Id and time come from the file's name or another row, the folder from a row that names it.",
      unknown: "Settings that stood in the line and nowhere else.",
    },
    detect: problems,
    mend: (_, edits) => edits.rebuildHeader(),
  });
}
