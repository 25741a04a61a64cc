import type { Message } from "../../../model/conversation.js";
import type { Damage } from "../../../rules/rule.js";
import { timeOfId } from "../ids.js";
import type { OpencodeConversation } from "./session.js";

/** Times below this (1973, in ms) are in seconds, or are no times. */
const SECONDS_BELOW = 100_000_000_000;

/** Messages whose column and content tell different times. */
export function timesDiffer(conversation: OpencodeConversation): Damage[] {
  return conversation.messages.flatMap((message) =>
    message.unreadable ? [] : timeDiffers(conversation, message),
  );
}

function timeDiffers(conversation: OpencodeConversation, message: Message): Damage[] {
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
 * two are near, unless the message would then stand elsewhere and nothing else tells the time of the content.
 */
function likelier(
  conversation: OpencodeConversation,
  message: Message,
  content: number,
  column: number,
): number {
  const part = message.blocks[0]?.row.created;
  const id = timeOfId(message.row.id, conversation.updated ?? column);
  if (Math.abs(content - column) < 60_000) {
    const isTold = (time: number) =>
      Math.abs((part ?? time) - time) < NEAR && Math.abs((id ?? time) - time) < NEAR;
    const hasWitness = (part ?? id ?? null) !== null && isTold(content) && !isTold(column);
    return hasWitness || keepsPlace(conversation, message, content) ? content : column;
  }
  const neighbour = conversation.messages[message.position - 1]?.row.created ?? conversation.created;
  const witness = part ?? id ?? neighbour ?? column;
  return Math.abs(content - witness) <= Math.abs(column - witness) ? content : column;
}

/** The host writes the id, the time and the first part of a message within this time (ms). */
const NEAR = 1000;

function keepsPlace({ messages }: OpencodeConversation, { position }: Message, time: number): boolean {
  const before = messages[position - 1]?.row.created ?? Number.NEGATIVE_INFINITY;
  const after = messages[position + 1]?.row.created ?? Number.POSITIVE_INFINITY;
  return before <= time && time <= after;
}
