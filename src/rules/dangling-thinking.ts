import { contentsOf } from "../model/contents.js";
import type { Block } from "../model/conversation.js";
import { checksThinkingOf } from "../providers/providers.js";
import { defineRule, type View } from "./rule.js";

export const danglingThinking = defineRule({
  id: "dangling-thinking",
  family: "order",
  title: "assistant message that ends in thinking",
  safety: "safe",
  stage: "thought",
  action: "remove the thinking of the unfinished step",
  explanation: {
    what: "The last block of an assistant message is thinking: nothing that the user saw follows it. Over OpenAI Responses: a stored reasoning item is not followed by the item that it led to, or that item has lost its id.",
    arises:
      "The stream was aborted while the model thought, or before its first text arrived; or a client dropped the ids of items.",
    repair: "The thinking of that step goes to the journal; what was said elsewhere stays.",
    unknown: "What the model was about to say.",
  },
  check: (view, provider) =>
    !contentsOf(view.messages).hasThinking
      ? []
      : view.messages.flatMap((turn, index) => {
          const last = turn.blocks.at(-1);
          if (turn.role !== "assistant" || last?.kind !== "thinking") return [];
          const isAlone = provider.reasoningNeedsFollower && isWithoutFollower(view, index);
          if (!checksThinkingOf(provider, last.model ?? view.model) && !isAlone) return [];
          return [{ row: last.row, turn: index, callId: last.itemId }];
        }),
  clears: { message: ({ message, thoughts }) => thoughts.length === 0 || leadsToWords(message.blocks) },
  mend({ block }, edits) {
    if (block) edits.drop(block);
  },
});

/** True if every thinking stands first in its step, and words or a tool call follow it there. */
function leadsToWords(blocks: readonly Block[]): boolean {
  let open = false;
  let spoken = false;
  for (const { kind } of blocks) {
    if (kind === "step-start") {
      if (open) return false;
      spoken = false;
    } else if (kind === "thinking") {
      if (spoken) return false;
      open = true;
    } else if (kind === "text" || kind === "call") {
      open = false;
      spoken = true;
    }
  }
  return !open;
}

/** True for a reasoning item with an id if no item follows that the service could know as its follower. */
function isWithoutFollower({ messages, settings }: View, index: number): boolean {
  const { item, blocks } = messages[index] ?? {};
  const last = blocks?.at(-1);
  const id = item?.id ?? (last?.kind === "thinking" ? last.itemId : undefined);
  if (id === undefined) return false;
  const next = messages[index + 1];
  if (next?.role !== "assistant") return true;
  // Without storage (`store: false`) the service reads the items as they are sent.
  const isStored = settings !== undefined && settings.store !== false;
  return isStored && next.item !== undefined && next.item.id === undefined;
}
