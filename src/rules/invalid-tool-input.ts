import type { Json } from "../model/conversation.js";
import { isObject } from "../model/text.js";
import { isCall } from "../repair/editor.js";
import { editsFor } from "../repair/store-edits.js";
import { defectsOf } from "./defects.js";
import { defineRule } from "./rule.js";

export const invalidToolInput = defineRule({
  id: "invalid-tool-input",
  family: "pairing",
  title: "tool input that is no object",
  inputs: ["opencode", "instatic", "request"],
  safety: "safe",
  action: "wrap the input as the host wraps it",
  asStored: ["instatic"],
  explanation: {
    what: "The input of a tool call is missing, or is a string, list or number where an object belongs.",
    arises: "A model sent arguments that are not an object and an older host stored them as they came.",
    repair:
      'A string that holds an object becomes that object, nothing becomes {}, all else {"value": …}, as opencode 1.18 does.',
    unknown: "What the model meant by the value.",
  },
  detect: (conversation) => defectsOf(conversation, "invalid-tool-input"),
  check: (view, provider) =>
    !provider.objectInput
      ? []
      : view.pairing.calls
          .filter(({ block }) => block.input !== "object")
          .map(({ block, turn }) => ({
            row: block.row,
            turn,
            callId: block.id,
            evidence: { found: block.input },
          })),
  repair({ conversation, block }, editor) {
    if (isCall(block)) editsFor(conversation, editor).setInput(block, asObject(block.arguments));
  },
});

/** As opencode 1.18 stores what a model sends instead of an object. */
export function asObject(value: Json | undefined): Json {
  if (value === undefined || value === null || value === "") return {};
  if (isObject(value)) return value;
  if (typeof value === "string") {
    try {
      const parsed = JSON.parse(value) as Json;
      if (isObject(parsed)) return parsed;
    } catch {
      // No JSON: the text itself is the value.
    }
  }
  return { value };
}
