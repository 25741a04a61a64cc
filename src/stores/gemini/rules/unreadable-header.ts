import { defineRule } from "../../../rules/rule.js";
import type { GeminiEdits } from "../edits.js";
import type { GeminiConversation } from "../session.js";

export const unreadableHeader = defineRule<GeminiConversation, GeminiEdits>({
  id: "unreadable-header",
  family: "storage",
  title: "session without readable metadata",
  harm: "the program does not list the session and cannot resume it",
  safety: "safe",
  stage: "parsed",
  action: "rebuild the metadata from the lines, the file's name and its folder",
  explains: ["hidden-session"],
  explanation: {
    what: "The line that says which session a file holds is torn, gone, lacks a key, or stands behind a byte order mark.",
    arises: "A write that was interrupted, a full disk, an editor that saved the file with a mark.",
    repair:
      "The mark is taken off, or the line is written anew: the id from another line, the torn line or the file's name, the time from the first row, the folder from what the program noted beside the file.",
    unknown: "The whole id, where only the short one of the file's name is left: it is filled up with zeros.",
  },
  detect: ({ header, row, isSubagent, messages }) =>
    header === null || isSubagent || messages.length === 0
      ? []
      : [{ row, evidence: { problem: header.problem }, variant: header.isFatal ? undefined : "spare" }],
  mend: (_, edits) => edits.writeHeader(),
});
