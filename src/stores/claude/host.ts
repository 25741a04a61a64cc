import type { Host } from "../host.js";
import type { ClaudeConversation } from "./conversation.js";
import { EFFECTS } from "./effects.js";
import { claudeReplays } from "./replay.js";
import { type ClaudeFeatures, GENERATIONS, NEWEST } from "./versions.js";

export const claudeHost: Host<ClaudeConversation> = {
  id: "claude",
  title: "Claude Code",
  generations: GENERATIONS,
  newest: NEWEST,
  recipients: () => ({ used: ["anthropic"], possible: [] }),
  replays(conversation) {
    const replayOf = claudeReplays(conversation);
    return ({ features }) => replayOf(features as ClaudeFeatures);
  },
  effects: EFFECTS,
  stops: { "hidden-session": ["unreadable"], "invalid-message": ["unreadable"] },
};
