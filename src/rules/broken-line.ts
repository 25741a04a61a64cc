import type { LineConversation } from "../model/conversation.js";
import type { LineEdits } from "./edits.js";
import { defineRule } from "./rule.js";

export const brokenLine = defineRule<LineConversation, LineEdits>({
  id: "broken-line",
  family: "storage",
  title: "line that cannot be read",
  harm: "the program passes over it",
  safety: "safe",
  stage: "parsed",
  action: "keep every row that stands in the line, each on a line of its own",
  explains: ["orphan-tool-result", "missing-tool-result", "leading-assistant"],
  explanation: {
    what: "A line of the file is no JSON: it is torn, two rows stand in it, a raw line break cuts it in two, or it is a run of NUL bytes.",
    arises:
      "The process was killed or the disk was full while the row was written, two processes wrote at once, or the machine lost power before the bytes reached the disk.",
    repair:
      "Rows that stand whole in the line are kept. Of half a row, the texts, calls and results that can be read are kept and the rest is named as lost; what is no row goes to the journal.",
    unknown: "What stood behind the tear.",
  },
  detect: ({ broken }) =>
    broken.map(({ row, problem, variant, rescued }) => ({
      row,
      variant,
      evidence: { problem, bytes: row.size, rescued },
    })),
  mend: ({ row }, edits) => edits.mendLine(row),
});
