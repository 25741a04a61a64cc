import { defineRule } from "./rule.js";

const BLANK = "[This message had no text.]";

export const blankText = defineRule({
  id: "blank-text",
  family: "order",
  title: "text without a visible character",
  inputs: ["opencode", "instatic", "request"],
  safety: "safe",
  action: "take the blank text out",
  asStored: ["instatic"],
  explains: ["empty-message"],
  explanation: {
    what: "A text block is empty or only white space.",
    arises: "The model wrote a line break before a tool call, or a stream ended before its first character.",
    repair: "The block is taken out; where nothing else is left, a short placeholder stands in its place.",
    unknown: "Nothing.",
  },
  check: (view, provider) =>
    view.turns.flatMap((turn, index) =>
      turn.blocks.flatMap((block) => {
        const blank =
          block.kind === "text"
            ? block.blank
            : block.kind === "result" && block.nestedBlank
              ? "space"
              : false;
        const refused =
          blank === "space" ? provider.refusesBlankText : blank === "empty" && provider.refusesEmptyText;
        return refused
          ? [
              {
                row: block.row,
                block,
                turn: index,
                evidence: { blank },
                ...(blank === "empty" && { text: "empty-text" }),
              },
            ]
          : [];
      }),
    ),
  mend({ message, block }, edits) {
    if (message && block) edits.removeBlock(message, block, BLANK);
  },
});
