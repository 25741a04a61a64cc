import type { Host, Stop } from "../host.js";
import { EFFECTS } from "./effects.js";
import { geminiTurns } from "./replay.js";
import { type GeminiConversation, isListed } from "./session.js";

const NOT_LISTED = "Error resuming session: No previous sessions found for this project.";

export const geminiHost: Host<GeminiConversation> = {
  id: "gemini",
  title: "Gemini CLI",
  generations: [{ since: "0.1.0", until: null, features: {} }],
  newest: "0.61.0",
  recipients: () => ({ used: ["gemini"], possible: [] }),
  replays(conversation) {
    const stop = stopOf(conversation);
    const turns = conversation.isAside ? [] : geminiTurns(conversation);
    const replay = { turns, ...(stop && { stop }) };
    return () => replay;
  },
  effects: EFFECTS,
  stops: {
    "unreadable-header": ["unreadable"],
    "hidden-session": ["unreadable"],
    "lost-history": ["unreadable"],
  },
};

/** A session that is not listed cannot be resumed. A file that holds no more than a start's opening lines is none. */
function stopOf(conversation: GeminiConversation): Stop | undefined {
  const { header, cuts, row, messages, isAside } = conversation;
  const isSession =
    cuts.length > 0 ||
    (header?.isFatal && messages.length > 0) ||
    messages.some(({ unreadable }) => unreadable !== undefined);
  if (isListed(conversation) || isAside || !isSession) return undefined;
  const cause = header?.isFatal ? "unreadable-header" : cuts.length > 0 ? "lost-history" : "hidden-session";
  const rows = cause === "lost-history" ? cuts.map((cut) => cut.row) : [row];
  return { verdict: "unreadable", rule: cause, rows, error: NOT_LISTED };
}
