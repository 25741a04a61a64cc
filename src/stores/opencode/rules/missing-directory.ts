import { movedTo } from "../../../model/move.js";
import { defineRule } from "../../../rules/rule.js";
import { relinkSession } from "../mend/projects.js";

export const missingDirectory = defineRule({
  id: "missing-directory",
  family: "storage",
  title: "session of a directory that is gone",
  inputs: ["opencode"],
  safety: "none",
  action: "move the session with its project (--relink)",
  explanation: {
    what: "The directory of the session does not exist on this machine.",
    arises: "The project was moved, renamed or deleted.",
    repair: "None by itself; --relink OLD=NEW moves directory, path and project of the sessions together.",
    unknown: "Where the project went.",
  },
  detect({ directory, row }, { directoryExists, moves }) {
    if (!directory) return [];
    const isMoved = movedTo(directory, moves ?? []) !== null;
    if (!isMoved && directoryExists?.(directory) !== false) return [];
    return [
      {
        row,
        evidence: { folder: directory.split(/[\\/]/).at(-1) },
        safety: isMoved ? ("safe" as const) : ("none" as const),
      },
    ];
  },
  repair: ({ row, moves }, editor) => relinkSession(row, moves ?? [], editor),
});
