import { A_NUMBER } from "../decode/session.js";
import { defineRule } from "../../../rules/rule.js";

export const unlistableSession = defineRule({
  id: "unlistable-session",
  family: "storage",
  title: "session row that breaks the whole list",
  inputs: ["opencode"],
  safety: "safe",
  action: "clear or normalise the bad column",
  explains: ["dangling-revert"],
  explanation: {
    what: "The host refuses a column of the session row. Most of them end the list of all sessions of the project; a workspace that is gone only keeps its session from opening.",
    arises:
      "A plugin's id (wks_…), a relative directory or one of another system, a time that is no integer, broken JSON, a workspace that was removed.",
    repair: "Optional columns are cleared, times cast; a directory is only changed with --relink.",
    unknown: "What a cleared column was for.",
  },
  // Versions differ in what they refuse: one finding for each set of versions.
  detect: ({ row, defects = [] }) =>
    [...new Set(defects.map(({ on }) => on))].map((variant) => {
      const refused = defects.filter(({ on }) => on === variant);
      return {
        row,
        ...(variant && { variant }),
        evidence: { refused: refused.map(({ path, expected }) => ({ path, expected })) },
        ...(refused.some(({ path }) => path === "$.directory") && { safety: "none" as const }),
      };
    }),
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
