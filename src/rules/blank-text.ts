import type { Block } from "../model/conversation.js";
import type { Provider } from "../providers/providers.js";
import { defineRule, type Symptom } from "./rule.js";

const BLANK = "[This message had no text.]";
const NO_OUTPUT = "(no tool output)";

export const blankText = defineRule({
  id: "blank-text",
  family: "order",
  title: "text without a visible character",
  safety: "safe",
  stage: "said",
  action: "remove the blank text, or put a placeholder in its place",
  texts: ["empty-text", "empty-error"],
  explains: ["empty-message"],
  explanation: {
    what: "A text block is empty or only white space, or a tool error has no text.",
    arises: "The model wrote a line break before a tool call, or a stream ended before its first character.",
    repair:
      "The block is removed. If the message would then be empty, and for a tool error, a short placeholder takes its place.",
    unknown: "Nothing.",
  },
  check: (view, provider) =>
    view.turns.flatMap((turn, index) =>
      turn.blocks.flatMap((block) => {
        const found = blankIn(block, provider);
        return found ? [{ row: block.row, block, turn: index, ...found }] : [];
      }),
    ),
  mend({ message, block }, edits) {
    if (!message || !block) return;
    if (block.kind === "call" || block.kind === "result") edits.fillOutput(block, NO_OUTPUT);
    else edits.removeBlock(message, block, BLANK);
  },
});

/** The evidence if the provider refuses the block, with the key of its error text; null if it accepts it. */
function blankIn(block: Block, provider: Provider): Pick<Symptom, "evidence" | "text"> | null {
  if (block.kind === "result") {
    if (!block.ok && block.blank && provider.refusesEmptyError)
      return { evidence: { blank: "error" }, text: "empty-error" };
    return block.nestedBlank && provider.refusesBlankText ? { evidence: { blank: "space" } } : null;
  }
  if (block.kind !== "text" || !block.blank) return null;
  const { blank } = block;
  if (blank === "space") return provider.refusesBlankText ? { evidence: { blank } } : null;
  return provider.refusesEmptyText ? { evidence: { blank }, text: "empty-text" } : null;
}
