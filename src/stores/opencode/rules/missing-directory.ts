import { movedTo } from "../../../model/move.js";
import { always } from "../../../rules/glance.js";
import { defineRule } from "../../../rules/rule.js";
import type { OpencodeConversation } from "../decode/session.js";
import type { OpencodeEdits } from "../mend/edits.js";

export const missingDirectory = defineRule<OpencodeConversation, OpencodeEdits>({
  id: "missing-directory",
  family: "storage",
  title: "session of a directory that is gone",
  safety: "none",
  stage: "moved",
  action: "move the session with its project (--relink)",
  explanation: {
    what: "The directory of the session does not exist on this machine.",
    arises: "The project was moved, renamed or deleted.",
    repair: "None by itself. --relink OLD=NEW changes directory, path and project of the sessions together.",
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
  // Asked for discovered databases only, which have no quick look then.
  clears: always,
  mend: ({ moves }, edits) => edits.relink(moves ?? []),
});
