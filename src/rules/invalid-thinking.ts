import type { ThinkingBlock } from "../model/conversation.js";
import { mayOmitThinking, type Provider } from "../providers/providers.js";
import { defineRule, type View } from "./rule.js";

export const invalidThinking = defineRule({
  id: "invalid-thinking",
  family: "order",
  title: "thinking that the provider does not take back",
  safety: "safe",
  stage: "thought",
  action: "take the thinking block out",
  explanation: {
    what: "A thinking block has no signature, is signed but empty (before Claude 4.6, which leaves the text out by itself), or stands in a user message.",
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
                : block.signature === "none" || block.signature === "empty"
                  ? "unsigned"
                  : block.signature === "signed" && block.blank && !isOmitted(block, view, provider)
                    ? "empty"
                    : null;
            return problem ? [{ row: block.row, turn: index, evidence: { problem } }] : [];
          }),
        ),
  clears: ({ message, thoughts }) => thoughts.every((thought) => isTaken(thought, message.model?.id ?? "")),
  mend({ block }, edits) {
    if (block) edits.drop(block);
  },
});

function isOmitted({ blank, model }: ThinkingBlock, view: View, { omitsThinking }: Provider): boolean {
  return blank === "empty" && omitsThinking?.test(model ?? view.model ?? "") === true;
}

/** Thinking that every provider takes. Sealed thinking may be empty, and thinking that newer Claude models have signed. */
function isTaken({ blank, signature, itemId, sealed, loneSurrogate }: ThinkingBlock, model: string): boolean {
  if (loneSurrogate || signature === "empty") return false;
  if (blank === "empty" && signature === "signed" && mayOmitThinking(model)) return true;
  return itemId === undefined ? !blank : sealed === true;
}
