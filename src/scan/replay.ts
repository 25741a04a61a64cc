import { type Refusal, refusalsOf } from "../judge/refusals.js";
import type { Block, Conversation, Turn } from "../model/conversation.js";
import { toldName } from "../model/told.js";
import { anthropic } from "../providers/anthropic.js";
import { errorText, PROVIDERS, type Provider, providerById } from "../providers/providers.js";
import { recipientOf } from "../providers/recipients.js";
import {
  generationOf,
  type Host,
  isSentDespite,
  type Replay,
  type Stop,
  type StopVerdict,
} from "../stores/host.js";
import type { AnyStore } from "../stores/store.js";

/** The answer of `doctor replay`: the next request, and the verdict of the provider. Schema version 1. */
export interface ReplayReport {
  schemaVersion: 1;
  session: string;
  provider: string;
  hostVersion: string | null;
  verdict: "accepted" | "rejected" | StopVerdict;
  error?: string;
  /** The rule behind the verdict. */
  rule?: string;
  /** Ids of the rows that cause it. */
  rows: string[];
  messages: { role: string; blocks: ReplayBlock[] }[];
}

interface ReplayBlock {
  type: string;
  id?: string;
  name?: string;
  length?: number;
  error?: true;
  text?: string;
  /** Null for a piece that the host adds. */
  row: string | null;
}

/**
 * How the provider of a replay was chosen: the user named it; the conversation used it last; it is the large one of the
 * request format that the conversation used last, or in which it was captured; or nothing tells it.
 */
export type Choice = "named" | "last" | "format" | "assumed";

/** The provider that gets the next prompt, as far as the conversation tells. */
export function nextProvider(
  host: Host | null,
  conversation: Conversation,
  model?: string,
): { readonly provider: Provider; readonly choice: Choice } {
  const used = host?.recipients?.(conversation).used ?? [];
  const id =
    recipientOf({ ...conversation, model: conversation.model ?? model }) ??
    host?.lastProvider?.(conversation) ??
    (used.length === 1 ? used[0] : undefined);
  const last = providerById(id ?? "");
  if (last) return { provider: last, choice: "last" };
  const wire = host?.nextWire?.(conversation) ?? conversation.format;
  const large = PROVIDERS.find((one) => one.wire === wire && one.major);
  if (large) return { provider: large, choice: "format" };
  return { provider: providerById(used[0] ?? "") ?? anthropic, choice: "assumed" };
}

/** The provider that gets the next prompt. */
export function usualProvider(host: Host | null, conversation: Conversation, model?: string): Provider {
  return nextProvider(host, conversation, model).provider;
}

/** A conversation, and the circumstances of its next request. */
export interface Asked {
  readonly store: AnyStore;
  readonly host: Host | null;
  readonly conversation: Conversation;
  readonly provider: Provider;
  readonly hostVersion: string;
  /** The time of the next prompt, ms since 1970. */
  readonly now: number;
  /** The model that is asked where the conversation does not name it. */
  readonly model?: string;
}

/** The next request, and how it ends. */
export interface Played {
  /** Null where the conversation has no host. */
  readonly hostVersion: string | null;
  readonly turns: readonly Turn[];
  readonly verdict: ReplayReport["verdict"];
  /** Everything that the provider refuses in the request. */
  readonly refusals: readonly Refusal[];
  /** The refusal at the earliest turn, if the provider refuses the request: providers report the first problem that they find. */
  readonly first?: Refusal;
  /** The reason why the host does not send the request, or sends it again and again. */
  readonly stop?: Stop;
  readonly error?: string;
}

/** Builds the next request of a conversation for one provider, and judges it with the checks of the rules. */
export function playNext({ store, host, conversation, provider, hostVersion, now, model }: Asked): Played {
  const generation = host && generationOf(host, hostVersion);
  const replay: Replay =
    host && generation
      ? host.replays(conversation, now)(generation, provider.wire)
      : { turns: conversation.messages };
  const { stop, turns } = replay;
  const played = { hostVersion: generation ? hostVersion : null, turns };
  const refusals = isSentDespite(stop) ? refusalsOf(store, conversation, turns, provider, model) : [];
  const [first] = [...refusals].sort((one, other) => one.symptom.turn - other.symptom.turn);
  if (first) {
    const { rule, symptom } = first;
    const error = errorText(provider, symptom.text ?? rule.id, { n: symptom.turn, id: symptom.callId });
    return { ...played, verdict: "rejected", refusals, first, ...(error !== undefined && { error }) };
  }
  if (!stop) return { ...played, verdict: "accepted", refusals };
  return { ...played, verdict: stop.verdict, refusals, stop, ...(stop.error && { error: stop.error }) };
}

/** Describes the next request of a conversation to one provider, and the verdict. */
export function replayConversation(
  store: AnyStore,
  host: Host | null,
  conversation: Conversation,
  provider: Provider,
  hostVersion: string,
  now: number,
  showContent: boolean,
  model?: string,
): ReplayReport {
  return replayReport(
    playNext({ store, host, conversation, provider, hostVersion, now, model }),
    { conversation, provider },
    showContent,
  );
}

/** Describes a request that was played. */
export function replayReport(
  { hostVersion, turns, verdict, first, stop, error }: Played,
  { conversation, provider }: Pick<Asked, "conversation" | "provider">,
  showContent: boolean,
): ReplayReport {
  const isSent = isSentDespite(stop);
  const rule = first?.rule.id ?? stop?.rule;
  const causes = first ? rowsOf(first) : (stop?.rows ?? []).map(({ id }) => id);
  return {
    schemaVersion: 1,
    session: conversation.id,
    provider: provider.id,
    hostVersion,
    verdict,
    rows: [...new Set(causes)],
    messages: (isSent ? turns : []).map((turn) => ({
      role: turn.role,
      blocks: turn.blocks.map((block) => describe(block, turn, showContent)),
    })),
    ...(rule !== undefined && { rule }),
    ...(error !== undefined && { error }),
  };
}

function rowsOf({ symptom }: Refusal): string[] {
  return [symptom.row, ...(symptom.others ?? [])].filter((row) => row !== null).map(({ id }) => id);
}

function describe(block: Block, turn: Turn, showContent: boolean): ReplayBlock {
  const row = block.row.id === "next-prompt" ? null : block.row.id;
  const text = showContent && "text" in block && block.text !== undefined ? { text: block.text } : {};
  switch (block.kind) {
    case "text":
    case "thinking":
      return { type: block.kind, length: block.length, ...text, row };
    case "call":
      return { type: "tool-call", id: block.id, name: showContent ? block.name : toldName(block.name), row };
    case "result":
      return { type: "tool-result", id: block.id, ...(!block.ok && { error: true as const }), ...text, row };
    default:
      return { type: block.kind, row: turn.row ? row : null };
  }
}
