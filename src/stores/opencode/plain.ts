import type { Message, Plain } from "../../model/conversation.js";
import { isCleared, looksOf } from "../../rules/glance.js";
import type { OpencodeConversation } from "./decode/session.js";
import { endOfWrap } from "./ids.js";
import { idAt } from "./replay/order.js";
import * as rules from "./rules/index.js";

const LOOKS = looksOf<OpencodeConversation>(Object.values(rules));

/** Answers when nothing in a conversation needs judging; null where a rule may find something. */
export function plainOf(conversation: OpencodeConversation, messages: readonly Message[]): Plain | null {
  if (!isCleared(LOOKS, conversation, messages)) return null;
  const newest = messages.at(-1);
  const since = conversation.updated ?? 0;
  const newestId = newest?.row.id ?? "";
  const until =
    conversation.exported && newest ? endOfWrap(newest.row.created ?? 0) : Number.POSITIVE_INFINITY;
  // Hosts that go by ids need the id of the next prompt to sort behind those of the conversation.
  return (now, { loopByTime, holdsLaterIds }) =>
    since <= now &&
    ((loopByTime === true && holdsLaterIds !== true) || newestId < idAt(Math.min(now, until)));
}
