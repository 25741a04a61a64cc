import compare from "semver/functions/compare.js";
import gte from "semver/functions/gte.js";

/**
 * Where opencode's replay and run loop changed, as measured on real binaries or read in its source.
 * A feature holds from `since` on, up to, not including, `until`. One row a change; every other file asks
 * `featuresOf(version)`.
 */
const CHANGES = {
  /** A summary that ended in an error no longer counts as a compaction (measured: not on 1.2.15, on 1.2.20). */
  failedSummaryIgnored: { since: "1.2.20" },
  /** AI SDK 6: its packages leave out attachments of results that they have no form for, and thinking without its seal. */
  sdk6: { since: "1.3.4" },
  /** Loop: a last assistant message that called tools is never final (#14973). */
  toolsKeepLoop: { since: "1.3.14" },
  /** Loop: the finish "unknown" ends a turn (measured: on 1.18.20, not on 1.18.21). */
  unknownEnds: { since: "1.3.14", until: "1.18.21" },
  /** A tool that ran at the provider is told apart, by a mark that is taken out of its metadata (1.4.1; measured: not on 1.3.2). */
  executedApart: { since: "1.4.1" },
  /** An interrupted tool with output replays that output (1.4.2). */
  interruptedOutput: { since: "1.4.2" },
  /** Calls are moved behind the texts of their message by a transform (#22646; measured: on 1.15.13, not on 1.17.0). */
  movesCalls: { since: "1.4.7", until: "1.16.0" },
  /** A result that is an object is sent as JSON (measured: not on 1.3.2, on 1.14.34). */
  objectOutputs: { since: "1.14.0" },
  /** A compaction takes pieces of outputs, which must be texts (measured: not on 1.3.2, on 1.14.34 to 1.18.14, not on 1.18.16). */
  slicesOutputs: { since: "1.14.0", until: "1.18.15" },
  /** A compaction also takes messages of the last turn (measured: not on 1.15.13, on 1.17.0 and 1.17.11, not on 1.17.18). */
  compactsLastTurn: { since: "1.16.0", until: "1.17.12" },
  /** A session of a workspace that is gone does not open (measured: not on 1.3.2, on 1.14.34). */
  workspaces: { since: "1.14.0" },
  /** A compaction keeps what stands from its tail on; from 1.14.40 on behind the summary (measured: on 1.14.34). */
  keepsTail: { since: "1.14.19" },
  /** Thinking of another model is sent as plain text. */
  foreignThinkingAsText: { since: "1.14.32" },
  /** Lone surrogates are replaced in texts and results, not in tool input; signed thinking gets a " " spacer; compaction tails. */
  sanitises: { since: "1.14.40" },
  /** A user message without content is not sent. */
  emptyUserDropped: { since: "1.14.42" },
  /** The HTTP API refuses its own rows where they do not decode. */
  strictResponses: { since: "1.14.48" },
  /** A revert to no part says so by the absence of a part (measured: null is refused on 1.17.9, not on 1.17.11). */
  strictRevert: { since: "1.14.48", until: "1.17.10" },
  /** Loop: of several tasks the newest is run first (measured: not on 1.14.34, on 1.15.13). */
  newestTaskFirst: { since: "1.15.0" },
  /** Loop: latest user and assistant by id; before: by position (measured: not on 1.14.48, on 1.15.0). */
  loopById: { since: "1.15.0", until: "1.18.15" },
  /** Loop: interrupted tools no longer keep it going (#26178). */
  interruptedEndsLoop: { since: "1.15.11" },
  /** A prompt writes the session row, which must then have its project (measured: not on 1.15.13, on 1.17.0). */
  needsProject: { since: "1.16.0" },
  /** A session's directory must be an absolute path of this system (measured: not on 1.15.13, on 1.17.0). */
  absolutePaths: { since: "1.16.0" },
  /** Loop: latest user and assistant by time, exit by parentID; a revert removes by place; before: all by id (#40990). */
  loopByTime: { since: "1.18.15" },
  /** The provider's package moves calls behind texts, not behind thinking (measured: not on 1.18.25, on 1.18.26). */
  packageMovesCalls: { since: "1.18.26" },
  /** The time of a prompt is a whole number (measured: 1.5 is refused on 1.15.13, not on 1.17.0). */
  wholePromptTimes: { since: "1.14.48", until: "1.16.0" },
  /** The error of a content filter is not known (1.17.4; measured: refused on 1.17.0, not on 1.18.34). */
  noContentFilter: { since: "1.14.48", until: "1.17.4" },
} as const satisfies Record<string, { since: string; until?: string }>;

/**
 * Features of forks alone. `goesOnBehindMarker`: a prompt behind the marker of a compaction that nothing answered is answered
 * too. `holdsLaterIds`: prompts whose ids sort behind that of the prompt in work wait for their turn, and are not sent.
 */
const OF_FORKS = { goesOnBehindMarker: false, holdsLaterIds: false };

export type Feature = keyof typeof CHANGES | keyof typeof OF_FORKS;
export type Features = Readonly<Record<Feature, boolean>>;

const FIRST_VERSION = "1.2.0";
export const NEWEST_KNOWN = "1.19.3";

/** A stretch of versions that replay alike: from `since` up to, not including, `until`. */
interface Generation {
  readonly since: string;
  readonly until: string | null;
  readonly features: Features;
}

const STRETCHES: [name: string, stretch: { since: string; until?: string }][] = Object.entries(CHANGES);

function featuresOf(version: string): Features {
  const entries = STRETCHES.map(([name, { since, until }]) => [
    name,
    gte(version, since) && !(until && gte(version, until)),
  ]);
  return { ...OF_FORKS, ...Object.fromEntries(entries) } as Features;
}

const bounds = STRETCHES.flatMap(([, { since, until }]) => (until ? [since, until] : [since]));
const starts = [...new Set([FIRST_VERSION, ...bounds])].sort(compare);
export const GENERATIONS: readonly Generation[] = starts.map((since, index) => ({
  since,
  until: starts[index + 1] ?? null,
  features: featuresOf(since),
}));
