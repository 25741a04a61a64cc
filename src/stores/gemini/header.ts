import { createHash } from "node:crypto";
import type { JsonObject } from "../../model/conversation.js";
import type { GeminiEntry } from "./entry.js";
import { looksLikeMetadata } from "./records.js";
import { firstTime, type GeminiConversation, projectRoot } from "./session.js";

/** The metadata that a file needs, and its metadata lines that only lack a key. */
export interface Header {
  readonly whole: JsonObject;
  readonly incomplete: readonly GeminiEntry[];
}

/** Rebuilds the metadata from what the file, its name and its folder tell. */
export function headerOf(conversation: GeminiConversation): Header {
  const { id, entries } = conversation;
  const root = projectRoot(conversation);
  // Gemini CLI only asks that there is a hash.
  const projectHash = createHash("sha256")
    .update(root ?? id)
    .digest("hex");
  const startTime = firstTime(conversation) ?? new Date(0).toISOString();
  return {
    whole: { sessionId: id, projectHash, startTime, lastUpdated: startTime, kind: "main" },
    incomplete: entries.filter(
      ({ value }) => looksLikeMetadata(value) && typeof value.projectHash !== "string",
    ),
  };
}
