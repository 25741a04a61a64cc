import { unreadableHeader as shared } from "../../../rules/unreadable-header.js";
import type { CodexConversation } from "../session.js";

/** Codex does not open a rollout whose first line is no metadata, or the metadata of another thread. */
export const unreadableHeader = shared(({ header, row }: CodexConversation) => {
  if (header === null) return [];
  // Nothing is left of an empty file.
  return [{ row, evidence: { problem: header }, ...(header === "empty" && { safety: "none" as const }) }];
});
