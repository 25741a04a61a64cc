import type { Block, Message, Turn } from "../model/conversation.js";
import { defineRule, type Symptom } from "./rule.js";

const UNREADABLE = "[This message could not be read.]";
const EMPTY = "[This message was empty.]";

export const emptyMessage = defineRule({
  id: "empty-message",
  family: "order",
  title: "message without content",
  harm: "the row is read as empty",
  safety: "safe",
  stage: "said",
  action: "put a placeholder text into the message",
  texts: ["empty-system"],
  explanation: {
    what: "A message that is sent has no block, or nothing but empty text; for Kimi also a system message.",
    arises: "Its content could not be read, or a reply ended before its first character.",
    repair:
      "A placeholder text that says so takes its place, or the empty part is removed; an empty system message goes.",
    unknown: "What stood there.",
  },
  check: (view, provider) =>
    !provider.refusesEmptyMessage
      ? []
      : view.messages.flatMap((turn, index) => {
          if (turn.role === "system") return provider.refusesEmptySystem ? emptySystem(turn, index) : [];
          if (turn.role === "tool" || !turn.row) return [];
          const isLast = index === view.messages.length - 1;
          if (provider.mayEndEmpty && isLast && turn.role === "assistant" && turn.blocks.length === 0)
            return [];
          const says = ({ kind }: Block) => kind !== "thinking" || provider.checksThinking === true;
          const isSaid = turn.blocks.some((block) => isNoEmptyText(block) && says(block));
          return !isSaid ? [{ row: turn.blocks[0]?.row ?? turn.row, others: [turn.row], turn: index }] : [];
        }),
  clears: {
    message: ({ message: { role, error, blocks } }) =>
      role === "user" ? blocks.some(isSent) : error !== undefined || blocks.length > 0,
  },
  mend({ message, block }, edits) {
    if (!message) return;
    if (message.role === "system") return edits.removeMessage(message);
    const text = message.unreadable ? UNREADABLE : EMPTY;
    const thoughts = message.blocks.filter(({ kind }) => kind === "thinking");
    if (block) edits.removeBlock(message, block, text);
    else if (message.role === "assistant" && thoughts.length > 0 && !saysMore(message))
      for (const thought of thoughts) edits.drop(thought);
    else edits.putText(message, null, text);
  },
});

function saysMore({ blocks }: Message): boolean {
  return blocks.some((block) => ["text", "call", "media"].includes(block.kind));
}

function isNoEmptyText(block: Block): boolean {
  return block.kind !== "text" || block.blank !== "empty";
}

/** True for a block that a host sends, whatever its settings. */
function isSent(block: Block): boolean {
  if (block.kind === "text") return !block.ignored;
  if (block.kind === "media") return !block.isTold;
  return block.kind === "compaction" || block.kind === "subtask";
}

function emptySystem({ row, blocks }: Turn, turn: number): Symptom[] {
  const isEmpty = blocks.every((block) => block.kind === "text" && block.blank === "empty");
  return isEmpty ? [{ row, turn, text: "empty-system" }] : [];
}
