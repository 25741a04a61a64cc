import { isCall } from "./pairs.js";
import { defineRule } from "./rule.js";

export const invalidToolName = defineRule({
  id: "invalid-tool-name",
  family: "pairing",
  title: "tool name that providers refuse",
  safety: "safe",
  stage: "named",
  action: "replace the name by one that providers accept",
  explanation: {
    what: "A tool name is empty, too long, or contains characters that providers refuse.",
    arises:
      "The model invented a name (with blanks, dots or markup), or the host stored a chunk with an empty name.",
    repair:
      "In opencode the name becomes `invalid`, as the host itself does. In other stores each illegal character becomes `_`.",
    unknown: "Which tool the model meant.",
  },
  check: (view, provider) =>
    view.pairing.calls.flatMap(({ block, turn }) =>
      provider.pairing === "unchecked" || (block.name !== "" && (provider.names?.test(block.name) ?? true))
        ? []
        : [{ row: block.row, block, turn, callId: block.id, evidence: { length: block.name.length } }],
    ),
  clears: { call: ({ name }) => /^[a-zA-Z0-9_-]{1,64}$/.test(name) },
  mend({ block }, edits) {
    if (isCall(block)) edits.renameTool(block);
  },
});
