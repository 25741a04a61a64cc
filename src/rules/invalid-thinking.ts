import type { ThinkingBlock } from "../model/conversation.js";
import type { Provider } from "../providers/providers.js";
import { defineRule, type View } from "./rule.js";

export const invalidThinking = defineRule({
  id: "invalid-thinking",
  family: "order",
  title: "thinking that the provider does not take back",
  safety: "safe",
  stage: "thought",
  action: "take the thinking block out",
  explanation: {
    what: "A thinking block has no signature or one of another service, is signed but empty (before Claude 4.6, which leaves the text out by itself), or stands in a user message.",
    arises: "The stream broke before the signature came, or the block comes from another model.",
    repair: "The block is taken out. No signature is ever invented.",
    unknown: "Whether a signature that is there is still valid: only the provider can tell.",
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
                : block.signature === "foreign"
                  ? "foreign"
                  : block.signature === "none"
                    ? "unsigned"
                    : block.signature === "signed" && block.blank && !isOmitted(block, view, provider)
                      ? "empty"
                      : null;
            if (!problem) return [];
            const text = problem === "foreign" ? { text: "foreign-signature" } : {};
            return [{ row: block.row, turn: index, evidence: { problem }, ...text }];
          }),
        ),
  mend({ block }, edits) {
    if (block) edits.drop(block);
  },
});

function isOmitted({ blank, model }: ThinkingBlock, view: View, { omitsThinking }: Provider): boolean {
  return blank === "empty" && omitsThinking?.test(model ?? view.model ?? "") === true;
}
