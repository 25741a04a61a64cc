import type { InputKind, Misshapen } from "../model/conversation.js";
import { completeMessage } from "../stores/opencode/mend/complete-message.js";
import { defectsOf } from "./defects.js";
import { defineRule } from "./rule.js";

export const invalidMessage = defineRule({
  id: "invalid-message",
  family: "storage",
  title: "message that its reader refuses",
  harm: "the row is read as empty",
  inputs: ["opencode", "instatic", "request"],
  safety: "safe",
  action: "fill in what the reader requires",
  explains: ["empty-message", "mismatched-column", "missing-tool-result", "orphan-tool-result"],
  explanation: {
    what: "A message lacks a key that the host or the API requires, or has one of another type: in requests content that is null, an empty list of calls, a string among the messages, a part that does not say its kind, or a tool's output without the type that the AI SDK's schema wants.",
    arises:
      "Older versions wrote fewer keys; plugins and other tools write rows of their own; a layer between host and provider lost what stood there.",
    repair:
      "Missing values come from neighbouring rows, the session and the project. In a request no content becomes an empty one, an empty list of calls goes, and what is no part becomes a text. A string among the messages could be anybody's words: with --unsafe it becomes the user's.",
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
            ...(key === "message" && { safety: "unsafe" as const }),
          })),
        ),
  mend({ message }, edits) {
    if (message) edits.reshape(message);
  },
  repair: (target, editor) => completeMessage(target, editor),
});

/** The name of the provider's words for it. */
function shapeText(key: Misshapen["key"], found: InputKind): string {
  if (key === "input") return "shape-custom-input";
  if (key === "message" || key === "part" || key === "sdk") return `shape-${key}`;
  return found === "null" || found === "missing" ? `shape-null-${key}` : `shape-${key}`;
}
