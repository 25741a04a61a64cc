import type { Conversation, Defect, Message, Row } from "../model/conversation.js";
import { addTo } from "../model/group.js";
import type { Context, Damage } from "./rule.js";

/**
 * One damage per row that the host's own reader refuses for the given rule, with every refused place. What only some
 * versions refuse is a damage of its own, where one of them is in use.
 */
export function defectsOf(
  conversation: Conversation,
  rule: string,
  context?: Pick<Context, "features">,
): Damage[] {
  const isTold = ({ on, isOnlyInUse }: Defect) =>
    !isOnlyInUse || (on !== undefined && context?.features[on] === true);
  return conversation.messages.flatMap((message) => {
    const byRow = new Map<Row, Map<string | undefined, { path: string; expected: string }[]>>();
    for (const defect of message.defects ?? []) {
      if (defect.rule !== rule || !isTold(defect)) continue;
      const { row, path, expected, on } = defect;
      const ofRow = byRow.get(row) ?? new Map<string | undefined, { path: string; expected: string }[]>();
      byRow.set(row, ofRow);
      addTo(ofRow, on, { path, expected });
    }
    const found = [...byRow].flatMap(([row, ofRow]) =>
      [...ofRow].map(([variant, refused]) => ({ row, variant, refused })),
    );
    return found.map(({ row, variant, refused }) => ({
      row,
      ...(variant !== undefined && { variant }),
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
