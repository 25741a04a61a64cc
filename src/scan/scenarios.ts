import { INSTATIC_GENERATIONS, replayInstatic } from "../hosts/instatic/replay.js";
import { replayOpencode } from "../hosts/opencode/replay.js";
import { GENERATIONS } from "../hosts/opencode/versions.js";
import type { HostGeneration, Replay } from "../hosts/replay.js";
import type { Conversation, Turn } from "../model/conversation.js";
import { foldTurns } from "../model/pairing.js";
import { AS_STORED, PROVIDERS, type Provider, type Wire } from "../providers/providers.js";

/** One way in which the conversation may reach one provider. */
export interface Scenario {
  readonly provider: Provider;
  /** Null: the request is what it is, whatever the host. */
  readonly generation: HostGeneration | null;
  readonly replay: Replay;
}

/** Every host version and provider by which a conversation may be sent. */
export function* scenariosOf(
  conversation: Conversation,
  named: readonly string[],
  now: number,
): Generator<Scenario> {
  const providers = PROVIDERS.filter((provider) => !provider.onlyWhenNamed || named.includes(provider.id));
  if (conversation.store === "request") {
    for (const provider of providers.filter((candidate) => takesFormat(candidate, conversation.format)))
      yield { provider, generation: null, replay: { turns: conversation.messages } };
    return;
  }
  if (conversation.store === "instatic")
    yield { provider: AS_STORED, generation: null, replay: { turns: foldTurns(conversation.messages) } };
  for (const generation of conversation.store === "instatic" ? INSTATIC_GENERATIONS : GENERATIONS) {
    const byWire = new Map<Wire, Replay>();
    for (const provider of providers) {
      const replay = byWire.get(provider.wire) ?? replayAs(conversation, generation, provider.wire, now);
      byWire.set(provider.wire, replay);
      yield { provider, generation, replay };
    }
  }
}

export function replayAs(
  conversation: Conversation,
  generation: HostGeneration,
  wire: Wire,
  now: number,
): Replay {
  if ("features" in generation)
    return replayOpencode(conversation, (generation as (typeof GENERATIONS)[number]).features, wire, now);
  return replayInstatic(
    conversation,
    (generation as (typeof INSTATIC_GENERATIONS)[number]).dropsUnmatched,
    wire,
  );
}

function takesFormat(provider: Provider, format: string | undefined): boolean {
  return provider.wire === format;
}

/** The turns as the provider counts them: it may fold roles, and always reads a run of results as one. */
export function asRead(turns: readonly Turn[], provider: Provider): readonly Turn[] {
  if (provider.foldsRoles) {
    const named = turns.map((turn) => (turn.role === "tool" ? { ...turn, role: "user" as const } : turn));
    return foldTurns(named);
  }
  const read: Turn[] = [];
  for (const turn of turns) {
    const last = read.at(-1);
    if (last && last.role === "tool" && turn.role === "tool")
      read[read.length - 1] = { ...last, blocks: [...last.blocks, ...turn.blocks] };
    else read.push(turn);
  }
  return read;
}
