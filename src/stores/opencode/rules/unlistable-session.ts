import type { Defect, Row } from "../../../model/conversation.js";
import type { RefusedPlace } from "../../../rules/edits.js";
import { type Damage, defineRule } from "../../../rules/rule.js";
import type { OpencodeConversation } from "../decode/session.js";
import type { OpencodeEdits } from "../mend/edits.js";

export const unlistableSession = defineRule<OpencodeConversation, OpencodeEdits>({
  id: "unlistable-session",
  family: "storage",
  title: "session row that breaks the whole list",
  safety: "safe",
  stage: "owned",
  action: "clear or normalise the bad column",
  explains: ["dangling-revert"],
  explanation: {
    what: "The host refuses a column of the session row. Most of them end the list of all sessions of the project; a workspace that is gone only keeps its session from opening.",
    arises:
      "A plugin's id (wks_…), a relative directory or one of another system, a time that is no integer, broken JSON, a workspace that was removed.",
    repair: "Optional columns are cleared, times cast; a directory is only changed with --relink.",
    unknown: "What a cleared column was for.",
  },
  // Versions differ in the columns that they refuse: one finding for each set of versions.
  detect: ({ row, defects = [] }) =>
    [...new Set(defects.map(({ on }) => on))].map((variant) =>
      refusedColumns(
        row,
        variant,
        defects.filter(({ on }) => on === variant),
      ),
    ),
  clears: { conversation: ({ defects }) => !defects?.length },
  mend: ({ evidence }, edits) => edits.normaliseColumns(evidence.refused as readonly RefusedPlace[]),
});

function refusedColumns(row: Row, variant: string | undefined, defects: readonly Defect[]): Damage {
  const refused = defects.map(({ path, expected }) => ({ path, expected }));
  const hasDirectory = defects.some(({ path }) => path === "$.directory");
  return {
    row,
    ...(variant && { variant }),
    evidence: { refused },
    ...(hasDirectory && { safety: "none" as const }),
  };
}
