import compare from "semver/functions/compare.js";
import gte from "semver/functions/gte.js";

/**
 * Where opencode's replay and run loop changed, as measured on real binaries or read in its source.
 * A feature holds from `since` on. One row a change; every other file asks `featuresOf(version)`.
 */
const CHANGES = {
  /** A summary that ended in an error no longer counts as a compaction (measured: not on 1.2.15, on 1.2.20). */
  failedSummaryIgnored: { since: "1.2.20" },
  /** AI SDK 6: its packages leave out attachments of results that they have no form for, and thinking without its seal. */
  sdk6: { since: "1.3.4" },
  /** Loop: a last assistant message that called tools is never final (#14973). */
  toolsKeepLoop: { since: "1.3.14" },
  /** An interrupted tool with output replays that output (1.4.2). */
  interruptedOutput: { since: "1.4.2" },
  /** Calls are moved (by a transform, later by the provider package) behind the texts of their message (#22646). */
  contentBeforeCalls: { since: "1.4.7" },
  /** A result that is an object is sent as JSON (measured: not on 1.3.2, on 1.14.34). */
  objectOutputs: { since: "1.14.0" },
  /** Thinking of another model is sent as plain text. */
  foreignThinkingAsText: { since: "1.14.32" },
  /** Lone surrogates are replaced in texts and results, not in tool input; signed thinking gets a " " spacer; compaction tails. */
  sanitises: { since: "1.14.40" },
  /** A user message without content is not sent. */
  emptyUserDropped: { since: "1.14.42" },
  /** The HTTP API refuses its own rows where they do not decode. */
  strictResponses: { since: "1.14.48" },
  /** Loop: latest user and assistant by id; before: by position (measured: not on 1.14.48, on 1.15.0). */
  loopById: { since: "1.15.0" },
  /** Loop: interrupted tools no longer keep it going (#26178). */
  interruptedEndsLoop: { since: "1.15.11" },
  /** Loop: latest user and assistant by time, exit by parentID; before: by id (#40990). */
  loopByTime: { since: "1.18.15" },
  /** Loop: the finish "unknown" ends nothing, again as before 1.3.14 (measured: not on 1.18.20, on 1.18.21). */
  unknownKeepsLoop: { since: "1.18.21" },
} as const;

export type Feature = keyof typeof CHANGES;
export type Features = Readonly<Record<Feature, boolean>>;

const FIRST_VERSION = "1.2.0";
export const NEWEST_KNOWN = "1.19.3";

/** A stretch of versions that replay alike: from `since` up to, not including, `until`. */
interface Generation {
  readonly since: string;
  readonly until: string | null;
  readonly features: Features;
}

function featuresOf(version: string): Features {
  const entries = Object.entries(CHANGES).map(([name, { since }]) => [name, gte(version, since)]);
  return Object.fromEntries(entries) as Features;
}

const starts = [...new Set([FIRST_VERSION, ...Object.values(CHANGES).map(({ since }) => since)])].sort(
  compare,
);
export const GENERATIONS: readonly Generation[] = starts.map((since, index) => ({
  since,
  until: starts[index + 1] ?? null,
  features: featuresOf(since),
}));
