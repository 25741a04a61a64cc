import type { CallBlock, Row, Turn } from "../model/conversation.js";

/** Rules whose damage can end a replay: then it is an error, whatever else it does. */
export const STOPPING_RULES = [
  "foreign-metadata",
  "future-timestamp",
  "id-order",
  "invalid-message",
  "invalid-part",
  "invalid-tool-input",
  "malformed-json",
  "stored-format",
  "unanswered-compaction",
  "unknown-block",
  "unlistable-session",
  "unsendable-media",
] as const;
export type StoppingRule = (typeof STOPPING_RULES)[number];

/** What happens before a provider sees the request. */
export interface Stop {
  readonly verdict: "crash" | "loop" | "swallowed";
  /** The rule of the damage that does it. */
  readonly rule: StoppingRule;
  readonly rows: readonly Row[];
  readonly error?: string;
}

/** The request that a host would build for the next prompt, every piece with its row. */
export interface Replay {
  readonly turns: readonly Turn[];
  /** `loop` ends a request that was accepted; the others come first. */
  readonly stop?: Stop;
}

/** OpenAI's formats carry the input as JSON text: a half character is an escape in it, and the body is valid. */
export function asText(call: CallBlock): CallBlock {
  return call.loneSurrogate ? { ...call, loneSurrogate: false } : call;
}

/** A stretch of host versions that replay alike. */
export interface HostGeneration {
  readonly since: string;
  readonly until: string | null;
}
