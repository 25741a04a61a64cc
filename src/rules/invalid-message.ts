import type { InputKind, Misshapen } from "../model/conversation.js";
import { defectsOf } from "./defects.js";
import type { RefusedPlace } from "./edits.js";
import { hasNoDefects } from "./glance.js";
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
    "shape-role",
    "shape-text",
    "shape-call-type",
    "shape-summary",
    "shape-response",
    "shape-response-name",
    "shape-json",
    "shape-extra",
    "shape-marked-thinking",
    "shape-data-url",
    "shape-error-media",
    "shape-message",
    "shape-part",
    "shape-sdk",
  ],
  explains: ["empty-message", "mismatched-column", "missing-tool-result", "orphan-tool-result"],
  explanation: {
    what: "A message lacks a key that the host or the API requires, or has one of another type: in requests content that is null, an empty list of calls, a string among the messages, a part that does not say its kind, or a tool's output without the type that the AI SDK's schema wants.",
    arises:
      "Older versions wrote fewer keys; plugins and other tools write rows of their own; a layer between host and provider lost a value.",
    repair:
      "Missing values come from neighbouring rows, the session and the project. In a request no content becomes an empty one, an empty list of calls goes, and what is no part becomes a text. A string among the messages could be anybody's words: with --unsafe it becomes the user's.",
    unknown: "Values that no neighbour tells are marked as guesses.",
  },
  detect: (conversation, context) => defectsOf(conversation, "invalid-message", context),
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
            ...(key === "message" && { safety: "unsafe" as const }),
          })),
        ),
  clears: hasNoDefects,
  mend({ message, evidence }, edits) {
    if (message) edits.completeMessage(message, (evidence.refused ?? []) as readonly RefusedPlace[]);
  },
});

/** Keys of which the error text depends on what stands there. */
const TOLD_BY_VALUE: readonly string[] = ["content", "output", "tool_calls"];

/** The key of the provider's error text. */
function shapeText(key: Misshapen["key"], found: InputKind): string {
  if (key === "input") return "shape-custom-input";
  const isNothing = found === "null" || found === "missing";
  return isNothing && TOLD_BY_VALUE.includes(key) ? `shape-null-${key}` : `shape-${key}`;
}
