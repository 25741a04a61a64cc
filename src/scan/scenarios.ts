import { HOSTS } from "../hosts/hosts.js";
import { type INSTATIC_GENERATIONS, replayInstatic } from "../hosts/instatic/replay.js";
import { replayOpencode } from "../hosts/opencode/replay.js";
import type { GENERATIONS } from "../hosts/opencode/versions.js";
import type { HostGeneration, Replay } from "../hosts/replay.js";
import type { Block, Conversation, Turn } from "../model/conversation.js";
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
    const asked = (provider: Provider) =>
      named.includes(provider.id) || takesFormat(provider, conversation.format);
    for (const provider of providers.filter(asked))
      yield { provider, generation: null, replay: { turns: conversation.messages } };
    return;
  }
  if (conversation.store === "instatic")
    yield { provider: AS_STORED, generation: null, replay: { turns: foldTurns(conversation.messages) } };
  const last = new Map<Wire, Replay>();
  for (const generation of HOSTS[conversation.store].generations) {
    const replayOver = replayBy(conversation, generation, now);
    const byWire = new Map<Wire, Replay>();
    for (const provider of providers) {
      const { wire } = provider;
      const replay = byWire.get(wire) ?? sharing(replayOver(wire), last.get(wire));
      byWire.set(wire, replay);
      last.set(wire, replay);
      yield { provider, generation, replay };
    }
  }
}

/** Most versions send the same: the same turns are then the same list, and are judged once. */
function sharing(replay: Replay, before: Replay | undefined): Replay {
  return before && sameTurns(replay.turns, before.turns) ? { ...replay, turns: before.turns } : replay;
}

function sameTurns(one: readonly Turn[], other: readonly Turn[]): boolean {
  return one.length === other.length && one.every((turn, index) => sameTurn(turn, other[index]!));
}

function sameTurn(one: Turn, other: Turn): boolean {
  return (
    one.role === other.role &&
    one.row === other.row &&
    one.blocks.length === other.blocks.length &&
    one.blocks.every((block, index) => sameBlock(block, other.blocks[index]!))
  );
}

/** Replay copies a block only to change its id, its blankness, its outcome, what is wrong with its files, or a broken character. */
function sameBlock(one: Block, other: Block): boolean {
  if (one === other) return true;
  const told = (block: Block) =>
    ("id" in block ? block.id : "") +
    ("blank" in block ? String(block.blank) : "") +
    ("ok" in block ? String(block.ok) : "") +
    ("problem" in block ? String(block.problem) : "") +
    ("media" in block ? String(block.media?.map(({ problem }) => problem)) : "") +
    ("loneSurrogate" in block ? String(block.loneSurrogate) : "");
  return one.kind === other.kind && one.row === other.row && told(one) === told(other);
}

/** What a host of this generation would send for a next prompt at `now`, by wire. */
export function replayBy(
  conversation: Conversation,
  generation: HostGeneration,
  now: number,
): (wire: Wire) => Replay {
  if ("features" in generation)
    return replayOpencode(conversation, (generation as (typeof GENERATIONS)[number]).features, now);
  const { dropsUnmatched } = generation as (typeof INSTATIC_GENERATIONS)[number];
  return (wire) => replayInstatic(conversation, dropsUnmatched, wire);
}

/** The AI SDK turns its messages into any wire. */
function takesFormat(provider: Provider, format: string | undefined): boolean {
  return format === "ai-sdk" || provider.wire === format;
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
