import gte from "semver/functions/gte.js";
import valid from "semver/functions/valid.js";
import type { CallBlock, Conversation, Features, Row, Turn } from "../model/conversation.js";
import type { EffectKind, Safety, Severity } from "../model/report.js";
import type { Wire } from "../providers/providers.js";

/** How a replay can fail besides a refusal. `unreadable`: the host does not open the session. */
export type StopVerdict = "crash" | "loop" | "swallowed" | "unreadable" | "lost";

/**
 * An event that ends a replay before a provider sees the request, or that spoils one that it accepts: `loop`, the host sends
 * it again and again; `lost`, the host leaves messages out of it.
 */
export interface Stop {
  readonly verdict: StopVerdict;
  /** The rule that reports the damage. */
  readonly rule: string;
  readonly rows: readonly Row[];
  readonly error?: string;
  /** The safety of a repair, where it is another than the rule's. */
  readonly safety?: Safety;
}

/** True if the provider gets the request all the same. */
export function isSentDespite(stop: Pick<Stop, "verdict"> | undefined): boolean {
  return stop === undefined || stop.verdict === "loop" || stop.verdict === "lost";
}

/** The request that a host would build for the next prompt, every piece with its row. */
export interface Replay {
  readonly turns: readonly Turn[];
  /** True if a refusal counts only on the host in use: other hosts that write this are healthy. */
  readonly onlyInUse?: boolean;
  /** `loop` ends a request that was accepted; the other stops come before the request. */
  readonly stop?: Stop;
}

/** A stretch of host versions that replay alike: from `since` up to, not including, `until`. */
export interface HostGeneration {
  readonly since: string;
  readonly until: string | null;
  readonly features: Features;
}

/**
 * The effect of damage in the host itself, where the replay cannot tell it.
 * (Refusals by providers follow from the replay and the provider table.)
 */
export interface HostEffect {
  readonly rule: string;
  /** Only for damage of this variant. */
  readonly variant?: string;
  /** Another program that imports the file; absent: the host itself. */
  readonly target?: string;
  readonly effect: EffectKind;
  /** Only on host versions with this feature. */
  readonly on?: string;
  /** Only on host versions without this feature. */
  readonly off?: string;
  readonly error?: string;
  /** The grade on an affected host version. On other versions an error becomes a warning, the rest info. */
  readonly severity: Severity;
  /** The whole message of the row shares its fate. */
  readonly takes?: "message";
}

/** Whom a conversation is sent to: ids of providers. */
export interface Recipients {
  /** Those that got it last: what they refuse is an error. */
  readonly used: readonly string[];
  /** Those that may get it later: what they refuse is a warning. */
  readonly possible: readonly string[];
}

/** A program that writes a store, with the history of its versions. */
export interface Host<C extends Conversation = Conversation> {
  /** The target of its effects in reports. */
  readonly id: string;
  readonly title: string;
  readonly generations: readonly HostGeneration[];
  /** The newest version that the tool knows. */
  readonly newest: string;
  /** Absent: any provider may get it, and what a large one refuses is an error. */
  recipients?(conversation: C): Recipients;
  /** Builds the requests that the host would send for a next prompt at `now` (ms since 1970). */
  replays(conversation: C, now: number): (generation: HostGeneration, wire: Wire) => Replay;
  /** The request format of the next prompt; undefined if the rows do not tell. */
  nextWire?(conversation: C): Wire | undefined;
  /** The id of the provider that the conversation used last; undefined if it is none that is known. */
  lastProvider?(conversation: C): string | undefined;
  readonly effects: readonly HostEffect[];
  /** Rules whose damage can end a replay, and how. */
  readonly stops: Readonly<Record<string, readonly StopVerdict[]>>;
  /** True if the rows are also judged as they are stored, by rules that every provider agrees on. */
  readonly judgesStored?: boolean;
  /** Of a fork: true for the versions that it records, which are none of the usual host's. */
  wrote?(version: string): boolean;
  /** False for an effect that this conversation cannot have any more. */
  hasEffect?(effect: HostEffect, conversation: C): boolean;
}

/** A version that a file records, where it is a version; an export may hold anything there. */
export function recordedVersion(version: unknown): string | null {
  return typeof version === "string" ? valid(version) : null;
}

/** The generation of a version. Versions before the first known one replay like the first. */
export function generationOf(
  { generations }: Pick<Host, "generations">,
  version: string,
): HostGeneration | null {
  return generations.findLast(({ since }) => gte(version, since)) ?? generations[0] ?? null;
}

/** The generations as a semver range; undefined where they are all or none. */
export function rangeOf(
  seen: ReadonlySet<HostGeneration>,
  all: readonly HostGeneration[],
): string | undefined {
  if (seen.size === 0 || seen.size === all.length) return undefined;
  const ranges: string[] = [];
  for (let at = 0; at < all.length; at++) {
    const first = all[at];
    if (!first || !seen.has(first)) continue;
    let last = first;
    for (let next = all[at + 1]; next && seen.has(next); next = all[at + 1]) {
      last = next;
      at++;
    }
    ranges.push(
      [first === all[0] ? "" : `>=${first.since}`, last.until ? `<${last.until}` : ""]
        .filter(Boolean)
        .join(" "),
    );
  }
  return ranges.join(" || ");
}

/** True if the effect happens on this generation. */
export function happensOn(
  { on, off }: Pick<HostEffect, "on" | "off">,
  { features }: HostGeneration,
): boolean {
  return (!on || features[on] === true) && (!off || features[off] !== true);
}

/** OpenAI's formats carry the input as JSON text, in which an unpaired surrogate is an escape: the body stays valid. */
export function asText(call: CallBlock): CallBlock {
  const loneSurrogate = !call.id.isWellFormed();
  return loneSurrogate === Boolean(call.loneSurrogate) ? call : { ...call, loneSurrogate };
}
