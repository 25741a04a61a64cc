import type { Conversation, Message, Row } from "../model/conversation.js";
import { addTo } from "../model/group.js";
import type { Damage } from "./rule.js";

/** The damage of one rule, from the places that the host's reader refuses: one damage for each row. */
export function defectsOf(conversation: Conversation, rule: string): Damage[] {
  return conversation.messages.flatMap((message) => {
    const byRow = new Map<Row, { path: string; expected: string }[]>();
    for (const { row, path, expected, rule: of } of message.defects ?? [])
      if (of === rule) addTo(byRow, row, { path, expected });
    return [...byRow].map(([row, refused]) => ({
      row,
      others: [message.row],
      message,
      callId: callIdOf(message, row),
      evidence: { refused },
      // Many other rows refer to a message id, so it is reported and not changed.
      ...(row.table === "message" &&
        refused.every(({ path }) => path === "id") && { safety: "none" as const }),
    }));
  });
}

function callIdOf(message: Message, row: Row): string | undefined {
  const block = message.blocks.find((candidate) => candidate.row === row);
  return block?.kind === "call" ? block.id : undefined;
}
