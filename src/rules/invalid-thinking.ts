import type { ThinkingBlock } from "../model/conversation.js";
import type { Provider } from "../providers/providers.js";
import { defineRule, type View } from "./rule.js";

export const invalidThinking = defineRule({
  id: "invalid-thinking",
  family: "order",
  title: "thinking block that the provider refuses",
  safety: "safe",
  stage: "thought",
  action: "remove the thinking block",
  explanation: {
    what: "A thinking block has no signature, is in a user message, or is signed but empty (Claude 4.6 and later leave the text out themselves; there it is healthy).",
    arises: "The stream broke before the signature arrived, or the block comes from another model.",
    repair: "The block is removed. No signature is ever invented.",
    unknown: "Whether an existing signature is still valid: only the provider can tell.",
  },
  check: (view, provider) =>
    !provider.checksThinking
      ? []
      : view.turns.flatMap((turn, index) =>
          turn.blocks.flatMap((block) => {
            if (block.kind !== "thinking") return [];
            const problem =
              turn.role !== "assistant"
                ? "role"
                : block.signature === "none"
                  ? "unsigned"
                  : block.signature === "signed" && block.blank && !isOmitted(block, view, provider)
                    ? "empty"
                    : null;
            return problem ? [{ row: block.row, turn: index, evidence: { problem } }] : [];
          }),
        ),
  mend({ block }, edits) {
    if (block) edits.drop(block);
  },
});

function isOmitted({ blank, model }: ThinkingBlock, view: View, { omitsThinking }: Provider): boolean {
  return blank === "empty" && omitsThinking?.test(model ?? view.model ?? "") === true;
}
