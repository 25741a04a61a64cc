import { renamePair } from "./pairs.js";
import { defineRule } from "./rule.js";

export const invalidToolCallId = defineRule({
  id: "invalid-tool-call-id",
  family: "pairing",
  title: "tool call id that providers refuse",
  safety: "safe",
  stage: "named",
  action: "give call and result a new id",
  explanation: {
    what: "A tool call id is empty, too long, or contains characters that a provider refuses.",
    arises:
      "A gateway sent no id, or an id in its own style (functions.read:0), and the conversation then went to another provider.",
    repair: "Call and result get the same new id of letters, digits, _ and -.",
    unknown: "Nothing: the id only joins call and result.",
  },
  check: (view, provider) =>
    view.pairing.calls.flatMap(({ block, turn }) => {
      const { pattern, max } = provider.ids ?? {};
      const problem =
        block.id === "" && provider.pairing !== "unchecked"
          ? "empty"
          : max && block.id.length > max
            ? "too-long"
            : pattern && !pattern.test(block.id)
              ? "characters"
              : null;
      return problem
        ? [{ row: block.row, block, turn, callId: block.id, evidence: { problem, length: block.id.length } }]
        : [];
    }),
  clears: { call: ({ id }) => /^[a-zA-Z0-9_-]{1,64}$/.test(id) },
  mend: ({ conversation, block }, edits) => renamePair(conversation, block, edits, true),
});
