import type { Conversation, Message } from "../model/conversation.js";
import { timeOfId } from "../stores/opencode/ids.js";
import { type Damage, defineRule } from "./rule.js";

/** Times below this are seconds, or nothing: 1973 in ms. */
const SECONDS_BELOW = 100_000_000_000;

export const mismatchedColumn = defineRule({
  id: "mismatched-column",
  family: "storage",
  title: "column that differs from the content",
  harm: "harmless while the two are near",
  inputs: ["opencode", "instatic"],
  safety: "safe",
  action: "set the column from the content",
  explanation: {
    what: "A column (time, or call id) says something else than the row's own content.",
    arises: "An import, or an edit of one of the two.",
    repair: "The content wins and the column follows, unless the message would then stand elsewhere.",
    unknown: "Nothing.",
  },
  explains: ["leading-assistant"],
  detect: (conversation) =>
    conversation.messages.flatMap((message) => {
      if (message.unreadable) return [];
      return conversation.store === "instatic" ? callIdDiffers(message) : timeDiffers(conversation, message);
    }),
  repair({ conversation, message, row, evidence }, editor) {
    const call = message!.blocks.find((block) => block.kind === "call");
    if (conversation.store === "instatic") editor.column(row, "tool_call_id", call?.id ?? null);
    else {
      const time = evidence.time as number;
      if (row.created !== time) editor.column(row, "time_created", time);
      if (message!.created !== time) editor.set(row, "$.time.created", time);
    }
  },
});

function callIdDiffers(message: Message): Damage[] {
  const call = message.blocks.find((block) => block.kind === "call");
  if (!call || call.id === message.callIdColumn) return [];
  return [
    {
      row: message.row,
      message,
      callId: call.id,
      evidence: { column: message.callIdColumn, content: call.id },
    },
  ];
}

function timeDiffers(conversation: Conversation, message: Message): Damage[] {
  const { created } = message;
  const column = message.row.created;
  if (created === null) return [];
  if (column === null)
    return [{ row: message.row, message, evidence: { column, content: created, time: created } }];
  const inSeconds = column > 0 && column < SECONDS_BELOW && (conversation.created ?? 0) > SECONDS_BELOW;
  if (created === column && !inSeconds) return [];
  const time =
    inSeconds && created < SECONDS_BELOW ? column * 1000 : likelier(conversation, message, created, column);
  return [
    {
      row: message.row,
      message,
      evidence: { column, content: created, time, ...(inSeconds && { problem: "seconds" }) },
    },
  ];
}

/**
 * The content wins, unless it is the one that lies far from the message's parts, its id and its neighbours; or where the
 * two are near, unless the message would then stand elsewhere.
 */
function likelier(conversation: Conversation, message: Message, content: number, column: number): number {
  if (Math.abs(content - column) < 60_000)
    return keepsPlace(conversation, message, content) ? content : column;
  const part = message.blocks[0]?.row.created;
  const neighbour = conversation.messages[message.position - 1]?.row.created ?? conversation.created;
  const witness = part ?? timeOfId(message.row.id, conversation.updated ?? column) ?? neighbour ?? column;
  return Math.abs(content - witness) <= Math.abs(column - witness) ? content : column;
}

function keepsPlace({ messages }: Conversation, { position }: Message, time: number): boolean {
  const before = messages[position - 1]?.row.created ?? Number.NEGATIVE_INFINITY;
  const after = messages[position + 1]?.row.created ?? Number.POSITIVE_INFINITY;
  return before <= time && time <= after;
}
