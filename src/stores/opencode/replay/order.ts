import { rowOf } from "../../../files/tables.js";
import type { Message, Row } from "../../../model/conversation.js";
import { MESSAGE } from "../tables.js";
import type { Features } from "./versions.js";

/** Stands for the row of the prompt that the user would send next. */
export const NEXT_PROMPT: Row = rowOf(MESSAGE, "next-prompt");

/** Whether the run loop takes one message for newer than another. */
export type IsNewer = (one: Message, other: Message) => boolean;

/** By the place in the list up to 1.14, by id from 1.15 on, by time from 1.18.15 on. */
export function orderOf(history: readonly Message[], features: Features): IsNewer {
  if (features.loopByTime) return isLater;
  return features.loopById ? (one, other) => idOf(one) > idOf(other) : byPlace(history);
}

export function byPlace(history: readonly Message[]): IsNewer {
  const places = new Map(history.map((message, place) => [message, place]));
  return (one, other) => (places.get(one) ?? -1) > (places.get(other) ?? -1);
}

function isLater(one: Message, other: Message): boolean {
  const [created, otherCreated] = [one.created ?? 0, other.created ?? 0];
  return created === otherCreated ? idOf(one) > idOf(other) : created > otherCreated;
}

export function newest(messages: readonly Message[], isNewer: IsNewer): Message | undefined {
  return messages.reduce<Message | undefined>(
    (best, message) => (!best || isNewer(message, best) ? message : best),
    undefined,
  );
}

/** The id; for the next prompt the one that the host would mint: the low 48 bits of ms * 4096. */
export function idOf({ row, created }: Message): string {
  return row === NEXT_PROMPT ? idAt(created ?? 0) : row.id;
}

export function idAt(ms: number): string {
  return `msg_${((BigInt(Math.floor(ms)) * 4096n + 1n) & 0xffffffffffffn).toString(16).padStart(12, "0")}`;
}
