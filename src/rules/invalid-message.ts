import type { InputKind, Misshapen } from "../model/conversation.js";
import { defectsOf } from "./defects.js";
import type { RefusedPlace } from "./edits.js";
import { defineRule } from "./rule.js";

export const invalidMessage = defineRule({
  id: "invalid-message",
  family: "storage",
  title: "message that the host or the API cannot read",
  harm: "the row is read as empty",
  safety: "safe",
  stage: "complete",
  action: "fill in the required values",
  texts: [
    "shape-null-content",
    "shape-content",
    "shape-null-tool_calls",
    "shape-tool_calls",
    "shape-null-output",
    "shape-output",
    "shape-custom-input",
  ],
  explains: ["empty-message", "mismatched-column", "missing-tool-result", "orphan-tool-result"],
  explanation: {
    what: "A message lacks a key that the host or the API requires, or a key has a value of another type. In requests also: content that is null, or an empty list of tool calls.",
    arises:
      "Older versions wrote fewer keys; plugins and other tools write rows of their own; a layer between host and provider lost a value.",
    repair:
      "Missing values come from neighbouring rows, the session and the project. In a request, missing content becomes empty content, and an empty list of tool calls is removed.",
    unknown: "Values that no neighbour tells. They are marked as guesses.",
  },
  detect: (conversation) => defectsOf(conversation, "invalid-message"),
  check: (view, provider) =>
    !provider.checksShape
      ? []
      : view.messages.flatMap(({ row, misshapen }, turn) =>
          (misshapen ?? []).map(({ key, found }) => ({
            row,
            turn,
            evidence: { key, found },
            text: shapeText(key, found),
            variant: key,
          })),
        ),
  mend({ message, evidence }, edits) {
    if (message) edits.completeMessage(message, (evidence.refused ?? []) as readonly RefusedPlace[]);
  },
});

/** The key of the provider's error text. */
function shapeText(key: Misshapen["key"], found: InputKind): string {
  if (key === "input") return "shape-custom-input";
  return found === "null" || found === "missing" ? `shape-null-${key}` : `shape-${key}`;
}
