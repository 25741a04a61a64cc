import type { Message } from "../model/conversation.js";
import { defineRule } from "./rule.js";

const UNREADABLE = "[This message could not be read.]";

export const emptyMessage = defineRule({
  id: "empty-message",
  family: "order",
  title: "message without content",
  harm: "the row is read as empty",
  safety: "safe",
  stage: "said",
  action: "put a placeholder text into the message",
  explanation: {
    what: "A message of the request has no content, or nothing but empty text.",
    arises: "Its content could not be read, or a reply ended before its first character.",
    repair: "A placeholder text is added, or the empty part is removed.",
    unknown: "What the message said.",
  },
  check: (view, provider) =>
    !provider.refusesEmptyMessage
      ? []
      : view.messages.flatMap((turn, index) => {
          if (turn.role === "system" || turn.role === "tool" || !turn.row) return [];
          const isLast = index === view.messages.length - 1;
          if (provider.mayEndEmpty && isLast && turn.role === "assistant" && turn.blocks.length === 0)
            return [];
          const said = turn.blocks.filter((block) => block.kind !== "text" || block.blank !== "empty");
          const thought = said.filter((block) => block.kind !== "thinking");
          const nothing = provider.checksThinking ? said.length === 0 : thought.length === 0;
          return nothing ? [{ row: turn.blocks[0]?.row ?? turn.row, others: [turn.row], turn: index }] : [];
        }),
  mend({ message, block }, edits) {
    if (!message) return;
    const thoughts = message.blocks.filter(({ kind }) => kind === "thinking");
    if (block) edits.removeBlock(message, block, UNREADABLE);
    else if (message.role === "assistant" && thoughts.length > 0 && !saysMore(message))
      for (const thought of thoughts) edits.drop(thought);
    else edits.putText(message, null, UNREADABLE);
  },
});

function saysMore({ blocks }: Message): boolean {
  return blocks.some((block) => ["text", "call", "media"].includes(block.kind));
}
