import type { Conversation, Message, Row } from "../model/conversation.js";
import { addTo } from "../model/group.js";
import type { Damage } from "./rule.js";

/** One damage per row that the host's own reader refuses for the given rule, with every refused place. */
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
      // A message id stands in many other rows: it is reported, not renamed.
      ...(row.table === "message" &&
        refused.every(({ path }) => path === "id") && { safety: "none" as const }),
    }));
  });
}

function callIdOf(message: Message, row: Row): string | undefined {
  const block = message.blocks.find((candidate) => candidate.row === row);
  return block?.kind === "call" ? block.id : undefined;
}
