import { defineRule } from "../../../rules/rule.js";
import type { GeminiEdits } from "../edits.js";
import type { GeminiConversation } from "../session.js";

export const brokenLine = defineRule<GeminiConversation, GeminiEdits>({
  id: "broken-line",
  family: "storage",
  title: "line that holds no row",
  harm: "the program passes the line over without a word",
  safety: "safe",
  stage: "parsed",
  action: "keep what can be read of the line, take the rest out",
  explanation: {
    what: "A line of the file is cut, stuck to the next one, split by a raw line break, or a run of NUL bytes.",
    arises:
      "The process was killed or the disk was full in the middle of a write, or two processes wrote at once.",
    repair:
      "Whole rows in the line get lines of their own. Of a half row the whole calls, and the text with a note that its end is gone, are kept. The bytes of the line go to the journal.",
    unknown: "What stood behind the cut.",
  },
  detect: ({ broken, entries }) =>
    broken.map(({ row, cause: { key, broken: line } }) => {
      const rows = line?.rescued?.length ?? 0;
      const isLast = key === entries.at(-1)?.key;
      return {
        row,
        evidence: { problem: line?.problem, bytes: row.size, rows },
        variant: rows > 0 ? "whole" : isLast ? "last" : "half",
      };
    }),
  mend: ({ row }, edits) => edits.rescueLine(row),
});
