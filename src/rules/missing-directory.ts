import { defineRule } from "./rule.js";

export const missingDirectory = defineRule({
  id: "missing-directory",
  family: "storage",
  title: "session of a directory that is gone",
  inputs: ["opencode"],
  safety: "none",
  explanation: {
    what: "The directory of the session does not exist on this machine.",
    arises: "The project was moved, renamed or deleted.",
    repair: "None by itself; --relink OLD=NEW moves the sessions with the project.",
    unknown: "Where the project went.",
  },
  detect: (conversation, context) =>
    conversation.store === "opencode" &&
    conversation.directory &&
    context.directoryExists?.(conversation.directory) === false
      ? [{ row: conversation.row, evidence: { folder: conversation.directory.split(/[\\/]/).at(-1) } }]
      : [],
});
