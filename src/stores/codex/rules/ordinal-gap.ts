import { defineRule } from "../../../rules/rule.js";
import type { CodexEdits } from "../edits.js";
import { isRead, ordinalOf } from "../entry.js";
import { type CodexConversation, rowOfLine } from "../session.js";

export const ordinalGap = defineRule<CodexConversation, CodexEdits>({
  id: "ordinal-gap",
  family: "storage",
  title: "row number that goes back, or is missing",
  harm: "the program's own list of turns stops growing",
  safety: "safe",
  stage: "linked",
  action: "number the rows anew from the first wrong number on",
  explanation: {
    what: "The rows of a rollout are numbered. A number stays, goes back or is missing. Without a number in the last row the thread cannot be resumed; behind a number that goes back, the list of turns that the program shows stops growing, while the model still gets everything.",
    arises: "Two processes that wrote the same rollout, an older version, or a row that another tool added.",
    repair:
      "Rows get the next free numbers from the first wrong one on. What the program's database made of the old numbers is another file's damage: repair that file as well.",
    unknown: "Nothing: the order of the lines is the order of the rows.",
  },
  detect({ entries, misnumbered, row }) {
    const first = misnumbered[0];
    if (!first) return [];
    const last = entries.findLast(isRead);
    const isFatal = last !== undefined && ordinalOf(last) === undefined;
    const numbers = entries.map(ordinalOf).filter((ordinal) => ordinal !== undefined);
    const before = Math.max(...numbers.slice(0, entries.slice(0, entries.indexOf(first)).length));
    return [
      {
        row,
        others: misnumbered.map((entry) => rowOfLine(entry, String(entry.key))),
        evidence: {
          rows: misnumbered.length,
          line: first.place.number,
          expected: before + 1,
          found: ordinalOf(first) ?? null,
        },
        ...(isFatal && { variant: "last" }),
      },
    ];
  },
  mend: (_, edits) => edits.renumber(),
});
