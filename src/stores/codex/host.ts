import { basename } from "node:path";
import type { Host, Stop } from "../host.js";
import { EFFECTS } from "./effects.js";
import { isRead, ordinalOf } from "./entry.js";
import { hasDatabases } from "./home.js";
import { codexTurns } from "./replay.js";
import type { CodexConversation } from "./session.js";

export const codexHost: Host<CodexConversation> = {
  id: "codex",
  title: "Codex",
  generations: [{ since: "0.1.0", until: null, features: {} }],
  newest: "0.171.0",
  recipients: () => ({ used: ["openai-responses"], possible: [] }),
  replays(conversation) {
    const stop = stopOf(conversation);
    const replay = { turns: codexTurns(conversation), ...(stop && { stop }) };
    return () => replay;
  },
  effects: EFFECTS,
  stops: {
    "unreadable-header": ["unreadable"],
    "ordinal-gap": ["unreadable"],
    "invalid-message": ["unreadable"],
  },
};

/** Codex does not open a rollout whose first line, last number or bytes it cannot read. */
function stopOf({ header, row, entries, refused, path }: CodexConversation): Stop | undefined {
  const stop = { verdict: "unreadable" as const, rows: [row] };
  if (header === "other-id")
    return { ...stop, rule: "unreadable-header", error: "thread source changed during resume" };
  if (header !== null)
    return { ...stop, rule: "unreadable-header", error: `failed to read session metadata ${basename(path)}` };
  const last = entries.findLast(isRead);
  const isNumbered = entries.some((entry) => ordinalOf(entry) !== undefined);
  if (isNumbered && last && ordinalOf(last) === undefined)
    return {
      ...stop,
      rule: "ordinal-gap",
      error: `final paginated rollout record at ${basename(path)} is missing an ordinal`,
    };
  // With a row of its database Codex finds the thread by that, and passes the line over.
  const bad = refused.filter(({ entry }) => entry.refusal === "utf8");
  if (bad.length === 0 || hasDatabases(path)) return undefined;
  const rows = bad.map((line) => line.row);
  return { ...stop, rule: "invalid-message", rows, error: "list_turns is not supported yet" };
}
