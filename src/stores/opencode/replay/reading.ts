import type { Message } from "../../../model/conversation.js";
import type { Stop } from "../../host.js";
import type { OpencodeConversation } from "../decode/session.js";
import { endOfWrap } from "../ids.js";
import { cutAtCompaction } from "./compaction.js";
import { heldBack, withNextPrompt } from "./loop.js";
import { hasRole } from "./stops.js";
import type { Features } from "./versions.js";

/** The messages that the host reads, and those that it would send, with the next prompt. */
export interface Reading {
  readonly stored: readonly Message[];
  readonly history: readonly Message[];
  readonly sent: readonly Message[];
  /** Tells of the messages that are left out because their ids sort behind that of the next prompt. */
  readonly held?: Stop;
}

/** Reads a conversation as a version does for a next prompt at `now`. */
export function readingAt(now: number): (conversation: OpencodeConversation, features: Features) => Reading {
  return (conversation, features) => {
    const stored = revertedAway(conversation, features);
    const clock = conversation.exported ? beforeWrap(stored, now) : now;
    const whole = withNextPrompt(stored.filter(hasRole), clock);
    const sent = cutAtCompaction(whole, features);
    if (!features.holdsLaterIds) return { stored, history: whole, sent };
    // Messages that a compaction took out are not missed.
    const { rest, held } = heldBack(sent);
    return { stored, history: heldBack(whole).rest, sent: rest, held };
  };
}

/**
 * The time at which the replayed prompt is sent: now, but no later than the wrap of the ids after the newest message.
 * A prompt behind the wrap would get a smaller id than the messages before it.
 */
function beforeWrap(messages: readonly Message[], now: number): number {
  const newest = messages.findLast(({ row: { created } }) => created !== null && created <= now)?.row.created;
  return typeof newest === "number" ? Math.min(now, endOfWrap(newest)) : now;
}

/** The next prompt removes the messages after the mark of a revert; hosts that go by ids, those with later ids. */
function revertedAway({ revert, messages }: OpencodeConversation, features: Features): readonly Message[] {
  if (!revert) return messages;
  const at = messages.findIndex(({ row }) => row.id === revert.message);
  const isKept = (message: Message, place: number) =>
    features.loopByTime ? at < 0 || place < at : message.row.id < revert.message;
  return messages.flatMap((message, place) => {
    if (isKept(message, place)) return [message];
    if (place !== at || !revert.part) return [];
    const end = message.blocks.findIndex(({ row }) => row.id === revert.part);
    return [end < 0 ? message : { ...message, blocks: message.blocks.slice(0, end) }];
  });
}
