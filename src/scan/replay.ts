import { refusalsOf } from "../judge/refusals.js";
import type { Block, Conversation, Turn } from "../model/conversation.js";
import { toldName } from "../model/told.js";
import { anthropic } from "../providers/anthropic.js";
import { errorText, PROVIDERS, type Provider, providerById } from "../providers/providers.js";
import { recipientOf } from "../providers/recipients.js";
import { generationOf, type Host, type Replay, type StopVerdict } from "../stores/host.js";
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

/** The provider that gets the next prompt: of a captured body the one that it was made for, else the large one of the wire. */
export function usualProvider(host: Host | null, conversation: Conversation, model?: string): Provider {
  const recipient =
    recipientOf({ ...conversation, model: conversation.model ?? model }) ??
    host?.recipients?.(conversation).used[0];
  const wire = host?.nextWire?.(conversation) ?? conversation.format;
  const known = providerById(recipient ?? "") ?? PROVIDERS.find((one) => one.wire === wire && one.major);
  return known ?? anthropic;
}

/** Builds the next request of a conversation for one provider, and judges it with the checks of the rules. */
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
  const generation = host && generationOf(host, hostVersion);
  const replay: Replay =
    host && generation
      ? host.replays(conversation, now)(generation, provider.wire)
      : { turns: conversation.messages };
  const report: ReplayReport = {
    schemaVersion: 1,
    session: conversation.id,
    provider: provider.id,
    hostVersion: generation ? hostVersion : null,
    verdict: "accepted",
    rows: [],
    messages: replay.turns.map((turn) => ({
      role: turn.role,
      blocks: turn.blocks.map((block) => describe(block, turn, showContent)),
    })),
  };
  const { stop } = replay;
  // A loop begins after the provider accepts a request. A crash and a swallowed prompt come before any request.
  const refusal =
    stop && stop.verdict !== "loop"
      ? undefined
      : firstRefusal(store, conversation, replay.turns, provider, model);
  if (refusal) return { ...report, verdict: "rejected", ...refusal };
  if (!stop) return report;
  const sent = stop.verdict === "loop" ? report.messages : [];
  return {
    ...report,
    verdict: stop.verdict,
    rule: stop.rule,
    rows: stop.rows.map(({ id }) => id),
    messages: sent,
    ...(stop.error && { error: stop.error }),
  };
}

/** The refusal at the earliest turn. Providers report the first problem that they find. */
function firstRefusal(
  store: AnyStore,
  conversation: Conversation,
  sent: readonly Turn[],
  provider: Provider,
  model: string | undefined,
): Pick<ReplayReport, "error" | "rule" | "rows"> | undefined {
  const first = [...refusalsOf(store, conversation, sent, provider, model)].sort(
    (one, other) => one.symptom.turn - other.symptom.turn,
  )[0];
  if (!first) return undefined;
  const { rule, symptom } = first;
  const rows = [symptom.row, ...(symptom.others ?? [])].filter((row) => row !== null).map(({ id }) => id);
  return {
    rule: rule.id,
    rows: [...new Set(rows)],
    error: errorText(provider, symptom.text ?? rule.id, { n: symptom.turn, id: symptom.callId }),
  };
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
