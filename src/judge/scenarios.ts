import { HOSTS } from "../hosts/hosts.js";
import type { Conversation, Turn } from "../model/conversation.js";
import { once } from "../model/once.js";
import { foldAsUser, foldTurns } from "../model/pairing.js";
import { AS_STORED, PROVIDERS, type Provider, type Wire } from "../providers/providers.js";
import type { HostGeneration, Replay } from "../stores/host.js";
import { type InstaticFeatures, instaticReplays } from "../stores/instatic/replay.js";
import { opencodeReplays } from "../stores/opencode/replay/replay.js";
import type { Features } from "../stores/opencode/replay/versions.js";

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
  const replayOf = replaysOf(conversation, now);
  for (const generation of HOSTS[conversation.store].generations) {
    const byWire = new Map<Wire, Replay>();
    for (const provider of providers) {
      const replay = byWire.get(provider.wire) ?? replayOf(generation, provider.wire);
      byWire.set(provider.wire, replay);
      yield { provider, generation, replay };
    }
  }
}

/** What a host of a generation would send for a next prompt at `now` over a wire. */
export function replaysOf(
  conversation: Conversation,
  now: number,
): (generation: HostGeneration, wire: Wire) => Replay {
  const replayOf =
    conversation.store === "instatic" ? instaticReplays(conversation) : opencodeReplays(conversation, now);
  return ({ features }, wire) => replayOf(features as Features & InstaticFeatures, wire);
}

/** The AI SDK turns its messages into any wire. */
function takesFormat(provider: Provider, format: string | undefined): boolean {
  return format === "ai-sdk" || provider.wire === format;
}

const folded = once((turns: readonly Turn[]) => foldAsUser(turns));
const joined = once((turns: readonly Turn[]) => foldTurns(turns, ({ role }) => role === "tool"));

/** The turns as the provider counts them: it may fold roles, and always reads a run of results as one. */
export function asRead(turns: readonly Turn[], { foldsRoles }: Provider): readonly Turn[] {
  return foldsRoles ? folded(turns) : joined(turns);
}
