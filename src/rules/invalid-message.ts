import type { InputKind, Misshapen } from "../model/conversation.js";
import { defectsOf } from "./defects.js";
import type { RefusedPlace } from "./edits.js";
import { defineRule } from "./rule.js";

export const invalidMessage = defineRule({
  id: "invalid-message",
  family: "storage",
  title: "message that its reader refuses",
  harm: "the row is read as empty",
  safety: "safe",
  stage: "complete",
  action: "fill in what the reader requires",
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
    what: "A message lacks a key that the host or the API requires, or has one of another type: in requests content that is null, or an empty list of calls.",
    arises:
      "Older versions wrote fewer keys; plugins and other tools write rows of their own; a layer between host and provider lost what stood there.",
    repair:
      "Missing values come from neighbouring rows, the session and the project. In a request no content becomes an empty one, and an empty list of calls goes.",
    unknown: "Values that no neighbour tells are marked as guesses.",
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

/** The name of the provider's words for it. */
function shapeText(key: Misshapen["key"], found: InputKind): string {
  if (key === "input") return "shape-custom-input";
  return found === "null" || found === "missing" ? `shape-null-${key}` : `shape-${key}`;
}
