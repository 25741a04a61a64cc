import { isKnownContent } from "../providers/content.js";
import { defectsOf } from "./defects.js";
import { hasNoDefects } from "./glance.js";
import { defineRule } from "./rule.js";

export const unknownBlock = defineRule({
  id: "unknown-block",
  family: "storage",
  title: "content of an unknown kind",
  harm: "the whole row is read as empty",
  safety: "safe",
  stage: "known",
  action: "give the part its type back, else move the row to the undo journal",
  explains: ["empty-message", "orphan-tool-result", "missing-tool-result"],
  explanation: {
    what: "A part or block has a type that the host does not know; or in a request one that its format does not have.",
    arises:
      "Plugins, newer versions, or an empty object; in a request, blocks of one API in a body for another.",
    repair:
      "Where the type is empty or written in other letters and the rest of the part shows its kind, the type is written again. Otherwise the row goes to the journal. In a request nothing is changed: what is not understood is not judged.",
    unknown: "What the row was for.",
  },
  detect: (conversation) => defectsOf(conversation, "unknown-block"),
  check: ({ turns, format }) =>
    format === undefined
      ? []
      : turns.flatMap((turn, index) =>
          turn.blocks.flatMap((block) =>
            !block.form || isKnownContent(block.form, format)
              ? []
              : [
                  {
                    row: block.row,
                    block,
                    turn: index,
                    evidence: { type: block.form },
                    safety: "none" as const,
                  },
                ],
          ),
        ),
  clears: hasNoDefects,
  mend: ({ message, row }, edits) => edits.dropUnknown?.(message, row),
});
