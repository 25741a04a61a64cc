import { contentsOf } from "../model/contents.js";
import type { ThinkingBlock } from "../model/conversation.js";
import { openTurn } from "../model/open-turn.js";
import { checksThinkingOf, mayOmitThinking, type Provider } from "../providers/providers.js";
import { defineRule, type View } from "./rule.js";

export const invalidThinking = defineRule({
  id: "invalid-thinking",
  family: "order",
  title: "thinking block that the provider refuses",
  safety: "safe",
  texts: ["foreign-signature"],
  stage: "thought",
  action: "remove the thinking block",
  explanation: {
    what: "A thinking block has no signature or one of another service, is signed but empty (before Claude 4.6, which leaves the text out by itself), or stands in a user message.",
    arises: "The stream broke before the signature came, or the block comes from another model.",
    repair:
      "The block is taken out, unless the request has thinking switched on and waits for the end of the very turn that the block begins: then no repair is honest. No signature is ever invented.",
    unknown: "Whether a signature that is there is still valid: only the provider can tell.",
  },
  check: (view, provider) =>
    !provider.checksThinking || !contentsOf(view.turns).hasThinking
      ? []
      : view.turns.flatMap((turn, index) =>
          turn.blocks.flatMap((block) => {
            if (block.kind !== "thinking" || !checksThinkingOf(provider, block.model ?? view.model))
              return [];
            const problem =
              turn.role !== "assistant"
                ? "role"
                : block.signature === "foreign"
                  ? "foreign"
                  : block.signature === "none" || block.signature === "empty"
                    ? "unsigned"
                    : block.signature === "signed" && block.blank && !isOmitted(block, view, provider)
                      ? "empty"
                      : null;
            if (!problem) return [];
            const safety = isNeeded(block, index, view, provider) ? { safety: "none" as const } : {};
            const text = problem === "foreign" ? { text: "foreign-signature" } : {};
            return [{ row: block.row, turn: index, evidence: { problem }, ...text, ...safety }];
          }),
        ),
  clears: { thought: (thought, { model }) => isTaken(thought, model?.id ?? "") },
  mend({ block }, edits) {
    if (block) edits.drop(block);
  },
});

function isOmitted({ blank, model }: ThinkingBlock, view: View, { omitsThinking }: Provider): boolean {
  return blank === "empty" && omitsThinking?.test(model ?? view.model ?? "") === true;
}

/** Thinking that every provider takes. Sealed thinking may be empty, and thinking that newer Claude models have signed. */
function isTaken({ blank, signature, itemId, sealed, loneSurrogate }: ThinkingBlock, model: string): boolean {
  if (loneSurrogate || signature === "empty" || signature === "foreign") return false;
  if (blank === "empty" && signature === "signed" && mayOmitThinking(model)) return true;
  return itemId === undefined ? !blank : sealed === true;
}

/** True if the turn that is to go on must begin with thinking, and has no other. */
function isNeeded(block: ThinkingBlock, index: number, view: View, provider: Provider): boolean {
  if (!provider.wantsThinkingFirst || !view.settings?.thinks) return false;
  const open = openTurn(view.turns);
  if (!open.includes(index)) return false;
  return open.every((at) => {
    const first = view.turns[at]?.blocks[0];
    return first === block || first?.kind !== "thinking";
  });
}
