import { parseJson } from "../model/json.js";
import { inputKind, isObject } from "../model/text.js";
import { defectsOf } from "./defects.js";
import { isCall } from "./pairs.js";
import { defineRule } from "./rule.js";

export const invalidToolInput = defineRule({
  id: "invalid-tool-input",
  family: "pairing",
  title: "tool input that is not an object",
  safety: "safe",
  stage: "named",
  action: "turn the input into an object, as the host does",
  texts: ["shape-input"],
  explanation: {
    what: "The input of a tool call is missing, or is a text, list or number where an object is required; or an object where its JSON text is required.",
    arises: "A model sent arguments that are not an object, and an older host stored them unchanged.",
    repair:
      'A text that holds an object becomes that object, a missing input becomes {}, any other value becomes {"value": …}, as in opencode 1.18.',
    unknown: "What the model meant by the value.",
  },
  detect: (conversation) => defectsOf(conversation, "invalid-tool-input"),
  check: (view, provider) =>
    !provider.objectInput && !provider.checksShape
      ? []
      : view.pairing.calls
          .filter(
            ({ block: { input } }) => input === "unquoted" || (provider.objectInput && input !== "object"),
          )
          .map(({ block, turn }) => ({
            row: block.row,
            block,
            turn,
            callId: block.id,
            evidence: { found: block.input === "unquoted" ? inputKind(block.arguments) : block.input },
            ...(block.input === "unquoted" && { text: "shape-input" }),
          })),
  clears: { call: ({ input }) => input === "object" },
  mend({ block }, edits) {
    if (!isCall(block)) return;
    const value = block.arguments;
    if (value === undefined || value === null || value === "") edits.setInput(block, {});
    else if (isObject(parseJson(value))) edits.unquoteInput(block);
    else if (!isObject(value)) edits.wrapInput(block);
    else if (block.input === "unquoted") edits.setInput(block, value);
  },
});
