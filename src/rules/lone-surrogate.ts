import { contentsOf } from "../model/contents.js";
import { defineRule } from "./rule.js";

export const loneSurrogate = defineRule({
  id: "lone-surrogate",
  family: "order",
  title: "half of a character (lone surrogate)",
  safety: "safe",
  stage: "named",
  action: "replace the half character by U+FFFD",
  explanation: {
    what: "A text contains an unpaired UTF-16 surrogate, half of a character. As JSON it is not valid Unicode.",
    arises: "A text was cut in the middle of an emoji.",
    repair: "U+FFFD, the replacement character, takes the place of the half.",
    unknown: "Which character it was.",
  },
  check: (view, provider) =>
    !provider.refusesLoneSurrogate || !contentsOf(view.turns).hasHalf
      ? []
      : view.turns.flatMap((turn, index) =>
          turn.blocks.flatMap((block) =>
            block.loneSurrogate ? [{ row: block.row, block, turn: index, evidence: { in: block.kind } }] : [],
          ),
        ),
  clears: {
    text: ({ loneSurrogate }) => !loneSurrogate,
    thought: ({ loneSurrogate }) => !loneSurrogate,
    call: ({ loneSurrogate, brokenOutput, brokenError }) => !loneSurrogate && !brokenOutput && !brokenError,
  },
  mend: ({ row }, edits) => edits.replaceSurrogates(row),
});
