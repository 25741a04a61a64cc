import { isCall } from "./pairs.js";
import { defineRule } from "./rule.js";

export const invalidToolName = defineRule({
  id: "invalid-tool-name",
  family: "pairing",
  title: "tool name that providers refuse",
  safety: "safe",
  stage: "named",
  action: "replace the name by one that providers take",
  explanation: {
    what: "A tool name is empty, too long, or has characters that providers do not take.",
    arises:
      "The model invented a name (with blanks, dots or markup), or a delta with an empty name was stored.",
    repair:
      "The name becomes `invalid`, opencode's own convention; in other stores the illegal characters become `_`.",
    unknown: "Which tool the model meant.",
  },
  check: (view, provider) =>
    view.pairing.calls.flatMap(({ block, turn }) =>
      provider.pairing === "unchecked" || (block.name !== "" && (provider.names?.test(block.name) ?? true))
        ? []
        : [{ row: block.row, block, turn, callId: block.id, evidence: { length: block.name.length } }],
    ),
  clears: ({ calls }) => calls.every(({ name }) => /^[a-zA-Z0-9_-]{1,64}$/.test(name)),
  mend({ block }, edits) {
    if (isCall(block)) edits.renameTool(block);
  },
});
