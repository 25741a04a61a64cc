import { contentsOf } from "../model/contents.js";
import type { Block, Turn } from "../model/conversation.js";
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
    what: "A text block is empty, a message says nothing but white space, or a tool failed without a word.",
    arises: "The model wrote a line break before a tool call, or a stream ended before its first character.",
    repair:
      "The block is removed. If the message would then be empty, and for a tool error, a short placeholder takes its place.",
    unknown: "Nothing.",
  },
  check: (view, provider) =>
    !contentsOf(view.messages).hasBlank
      ? []
      : view.messages.flatMap((message, index) =>
          message.blocks.flatMap((block) => {
            const found = blankIn(block, message, provider);
            return found ? [{ row: block.row, block, turn: index, ...found }] : [];
          }),
        ),
  clears: { text: ({ blank }) => !blank, call: ({ error }) => error !== "" },
  mend({ message, block }, edits) {
    if (!message || !block) return;
    if (block.kind === "call" || block.kind === "result") edits.fillOutput(block, NO_OUTPUT);
    else edits.removeBlock(message, block, BLANK);
  },
});

/** The blank text that the provider refuses in the block, and the key of its error text. */
function blankIn(block: Block, message: Turn, provider: Provider): Pick<Symptom, "evidence" | "text"> | null {
  if (block.kind === "result") {
    if (!block.ok && block.blank && provider.refusesEmptyError)
      return { evidence: { blank: "error" }, text: "empty-error" };
    return block.nestedBlank && provider.refusesBlankText ? { evidence: { blank: "space" } } : null;
  }
  if (block.kind !== "text" || !block.blank) return null;
  const { blank } = block;
  if (blank === "empty")
    return provider.refusesEmptyText ? { evidence: { blank }, text: "empty-text" } : null;
  const isRefused = provider.refusesBlankText === "alone" ? saysNothing(message) : provider.refusesBlankText;
  return isRefused ? { evidence: { blank } } : null;
}

/** True if the message holds no block but blank text. */
function saysNothing({ blocks }: Turn): boolean {
  return blocks.every((block) => block.kind === "text" && block.blank);
}
