import type { CallBlock, Row, Turn } from "../model/conversation.js";

/** Rules whose damage can end a replay, and how: then it is an error, whatever else it does. */
export const STOPS_BY_RULE = {
  "foreign-metadata": ["crash"],
  "future-timestamp": ["loop", "swallowed"],
  "id-order": ["loop", "swallowed"],
  "invalid-message": ["crash"],
  "invalid-part": ["crash"],
  "invalid-tool-input": ["crash"],
  "malformed-json": ["crash"],
  "missing-project": ["crash"],
  "provider-executed-call": ["crash"],
  "stored-format": ["crash"],
  "unanswered-compaction": ["swallowed"],
  "unanswered-subtask": ["crash"],
  "unknown-block": ["crash"],
  "unlistable-session": ["crash"],
  "unsendable-media": ["crash"],
} as const satisfies Record<string, readonly Stop["verdict"][]>;

/** How damage of this rule can end a replay, if it can. */
export function stopsBy(rule: string): readonly Stop["verdict"][] {
  return Object.hasOwn(STOPS_BY_RULE, rule) ? STOPS_BY_RULE[rule as keyof typeof STOPS_BY_RULE] : [];
}

/** What happens before a provider sees the request. */
export interface Stop {
  readonly verdict: "crash" | "loop" | "swallowed";
  /** The rule of the damage that does it. */
  readonly rule: keyof typeof STOPS_BY_RULE;
  readonly rows: readonly Row[];
  readonly error?: string;
}

/** The request that a host would build for the next prompt, every piece with its row. */
export interface Replay {
  readonly turns: readonly Turn[];
  /** What is refused here is healthy on the hosts that write it: it is told where such a host is in use. */
  readonly onlyInUse?: boolean;
  /** `loop` ends a request that was accepted; the others come first. */
  readonly stop?: Stop;
}

/** OpenAI's formats carry the input as JSON text: a half character is an escape in it, and the body is valid. */
export function asText(call: CallBlock): CallBlock {
  const loneSurrogate = !call.id.isWellFormed();
  return loneSurrogate === Boolean(call.loneSurrogate) ? call : { ...call, loneSurrogate };
}

/** A stretch of host versions that replay alike. */
export interface HostGeneration {
  readonly since: string;
  readonly until: string | null;
  readonly features: Readonly<Record<string, boolean>>;
}
