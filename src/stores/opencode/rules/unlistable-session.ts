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
    what: "A column of the session row cannot be decoded, and the host then lists no session of the project at all.",
    arises:
      "A plugin's id (wks_…), a relative or foreign directory, a time that is not an integer, or broken JSON.",
    repair: "Optional columns are cleared, times are converted. A directory is only changed with --relink.",
    unknown: "What a cleared column was for.",
  },
  detect: (conversation) => refusedColumns(conversation.row, conversation.defects ?? []),
  mend: ({ evidence }, edits) => edits.normaliseColumns(evidence.refused as readonly RefusedPlace[]),
});

function refusedColumns(row: Row, defects: readonly Defect[]): Damage[] {
  if (defects.length === 0) return [];
  const refused = defects.map(({ path, expected }) => ({ path, expected }));
  const hasDirectory = defects.some(({ path }) => path === "$.directory");
  return [{ row, evidence: { refused }, ...(hasDirectory && { safety: "none" as const }) }];
}
