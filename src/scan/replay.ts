import { refusalsOf } from "../judge/refusals.js";
import type { Block, Conversation, Turn } from "../model/conversation.js";
import { errorText, type Provider } from "../providers/providers.js";
import { generationOf, type Host, type Replay, type StopVerdict } from "../stores/host.js";
import type { AnyStore } from "../stores/store.js";

/** The answer of `doctor replay`: what would be sent next, and what the provider would say. Schema version 1. */
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
  /** Null: added by the host. */
  row: string | null;
}

/** Builds the next request of a conversation for one provider and judges it by the rules' own checks. */
export function replayConversation(
  store: AnyStore,
  host: Host | null,
  conversation: Conversation,
  provider: Provider,
  hostVersion: string,
  now: number,
  showContent: boolean,
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
  // A loop begins only after the provider took the request; a crash or a swallowed prompt comes before it.
  const refusal =
    stop && stop.verdict !== "loop" ? undefined : firstRefusal(store, conversation, replay.turns, provider);
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

/** Providers name the first thing that they meet: the refusal at the earliest turn. */
function firstRefusal(
  store: AnyStore,
  conversation: Conversation,
  sent: readonly Turn[],
  provider: Provider,
): Pick<ReplayReport, "error" | "rule" | "rows"> | undefined {
  const first = [...refusalsOf(store, conversation, sent, provider)].sort(
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
      return { type: "tool-call", id: block.id, name: block.name, row };
    case "result":
      return { type: "tool-result", id: block.id, ...(!block.ok && { error: true as const }), ...text, row };
    default:
      return { type: block.kind, row: turn.row ? row : null };
  }
}
