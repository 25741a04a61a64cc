import { defineRule } from "../../../rules/rule.js";
import { A_NUMBER } from "../decode/session.js";

export const unlistableSession = defineRule({
  id: "unlistable-session",
  family: "storage",
  title: "session row that breaks the whole list",
  inputs: ["opencode"],
  safety: "safe",
  action: "clear or normalise the bad column",
  explains: ["dangling-revert"],
  explanation: {
    what: "A column of the session row does not decode, and the host then lists no session of the project at all.",
    arises: "A plugin's id (wks_…), a relative or foreign directory, a time that is no integer, broken JSON.",
    repair: "Optional columns are cleared, times cast; a directory is only changed with --relink.",
    unknown: "What a cleared column was for.",
  },
  detect: (conversation) =>
    (conversation.defects ?? []).length === 0
      ? []
      : [
          {
            row: conversation.row,
            evidence: { refused: conversation.defects!.map(({ path, expected }) => ({ path, expected })) },
            ...(conversation.defects!.some(({ path }) => path === "$.directory") && {
              safety: "none" as const,
            }),
          },
        ],
  repair({ row, evidence }, editor) {
    for (const { path, expected } of evidence.refused as { path: string; expected: string }[]) {
      const column = path.slice(2);
      if (column === "directory") continue;
      if (column === "time_created" || column === "time_updated")
        editor.column(row, column, wholeTime(editor.cell(row, column)));
      else if (expected === A_NUMBER) editor.column(row, column, 0);
      else editor.column(row, column, null);
    }
  },
});

function wholeTime(value: unknown): number {
  const time = Math.round(Number(value));
  return Number.isFinite(time) && time > 0 ? time : 0;
}
