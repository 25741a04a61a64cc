import { hiddenSession as shared } from "../../../rules/hidden-session.js";
import { type GeminiConversation, isListed } from "../session.js";

/** A file is listed where a message of it can be resumed: one whose content is gone does not count. */
export const hiddenSession = shared((conversation: GeminiConversation) => {
  const { header, isAside, messages, row } = conversation;
  const damaged = messages.filter(({ unreadable }) => unreadable !== undefined);
  if (header?.isFatal || isAside || isListed(conversation) || damaged.length === 0) return [];
  const others = damaged.map((message) => message.row);
  return [{ row, others, evidence: { messages: messages.length } }];
});
