import { unreadableHeader as shared } from "../../../rules/unreadable-header.js";
import type { GeminiConversation } from "../session.js";

/** A file without metadata is not listed; where another line still tells them, only its first start is lost. */
export const unreadableHeader = shared(({ header, row, isAside, messages }: GeminiConversation) => {
  if (header === null || isAside || messages.length === 0) return [];
  const { problem, isFatal } = header;
  return [{ row, evidence: { problem }, ...(!isFatal && { variant: "spare" }) }];
});
