import { defineRule } from "./rule.js";

export const unsendableMedia = defineRule({
  id: "unsendable-media",
  family: "order",
  title: "attachment that cannot be sent",
  inputs: ["opencode", "instatic", "request"],
  safety: "safe",
  action: "replace the attachment by a text that names it",
  asStored: ["instatic"],
  explanation: {
    what: "An attachment has no data, or a URL that no provider can read.",
    arises: "A file:// URL was stored, or the upload was cut.",
    repair: "A text with the file's name takes its place; the content goes to the journal.",
    unknown: "The lost content.",
  },
  check: (view, provider) =>
    !provider.refusesUnreadableMedia
      ? []
      : view.turns.flatMap((turn, index) =>
          turn.blocks.flatMap((block) =>
            block.kind === "media" && block.problem
              ? [
                  {
                    row: block.row,
                    block,
                    turn: index,
                    evidence: { problem: block.problem, mime: block.mime },
                  },
                ]
              : [],
          ),
        ),
  mend({ message, block }, edits) {
    const mime = block?.kind === "media" && block.mime ? ` (${block.mime})` : "";
    if (message && block)
      edits.putText(message, block, `[An attachment${mime} could not be sent and was removed.]`);
  },
});
