import { hiddenSession } from "../../../rules/hidden-session.js";
import type { ClaudeConversation } from "../conversation.js";

/** A file without a row of the chat is no session for Claude Code. */
export const hidden = hiddenSession<ClaudeConversation>(({ links, row, entries }) =>
  links.length === 0 ? [{ row, evidence: { problem: "no-rows", lines: entries.length } }] : [],
);
