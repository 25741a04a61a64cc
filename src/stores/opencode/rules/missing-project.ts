import { defineRule } from "../../../rules/rule.js";
import type { OpencodeConversation } from "../decode/session.js";
import type { OpencodeEdits } from "../mend/edits.js";

export const missingProject = defineRule<OpencodeConversation, OpencodeEdits>({
  id: "missing-project",
  family: "storage",
  title: "session of a project that is gone",
  safety: "safe",
  stage: "owned",
  action: "move it to the project of its directory, or write the project row again",
  explanation: {
    what: "The session names a project that does not exist. It is not listed, and the next prompt fails.",
    arises: "The project row was deleted with foreign keys off, or the session was copied from another file.",
    repair:
      "The session moves to the project of its directory. If there is none, the project row is written again.",
    unknown: "The name and settings of the lost project.",
  },
  detect: ({ project, row }) => (project.known ? [] : [{ row, evidence: { project: project.id } }]),
  clears: { conversation: ({ project }) => project.known },
  mend: (_, edits) => edits.adoptProject(),
});
