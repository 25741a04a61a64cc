import type { Conversation, Turn } from "../model/conversation.js";
import { once } from "../model/once.js";
import { foldAsUser, foldTurns } from "../model/pairing.js";
import { AS_STORED, PROVIDERS, type Provider, type Wire } from "../providers/providers.js";
import type { Host, HostGeneration, Recipients, Replay } from "../stores/host.js";

/** A request that a host version would send to a provider. */
export interface Scenario {
  readonly provider: Provider;
  /** The host version; null for a captured request, and for rows that are judged as they are stored. */
  readonly generation: HostGeneration | null;
  readonly replay: Replay;
}

/** Every combination of host version and provider for which the conversation is judged. */
export function* scenariosOf(
  conversation: Conversation,
  host: Host | null,
  named: readonly string[],
  now: number,
): Generator<Scenario> {
  const recipients = host?.recipients?.(conversation);
  const providers = recipients
    ? reached(recipients, named)
    : PROVIDERS.filter((provider) => !provider.onlyWhenNamed || named.includes(provider.id));
  if (!host) {
    const asked = (provider: Provider) =>
      named.includes(provider.id) || takesFormat(provider, conversation.format);
    for (const provider of providers.filter(asked))
      yield { provider, generation: null, replay: { turns: conversation.messages } };
    return;
  }
  if (host.judgesStored)
    yield { provider: AS_STORED, generation: null, replay: { turns: foldTurns(conversation.messages) } };
  const replayOf = host.replays(conversation, now);
  for (const generation of host.generations) {
    const byWire = new Map<Wire, Replay>();
    for (const provider of providers) {
      const replay = byWire.get(provider.wire) ?? replayOf(generation, provider.wire);
      byWire.set(provider.wire, replay);
      yield { provider, generation, replay };
    }
  }
}

/** The providers that a conversation may reach, and those that the user names. */
function reached({ used, possible }: Recipients, named: readonly string[]): readonly Provider[] {
  const ids = new Set([...used, ...possible, ...named]);
  return PROVIDERS.filter(({ id }) => ids.has(id));
}

/** True if requests of this format go to the provider. The AI SDK converts its messages for every provider. */
function takesFormat(provider: Provider, format: string | undefined): boolean {
  return format === "ai-sdk" || provider.wire === format;
}

const folded = once((turns: readonly Turn[]) => foldAsUser(turns));
const joined = once((turns: readonly Turn[]) => foldTurns(turns, ({ role }) => role === "tool"));

/** The turns as the provider reads them: neighbouring turns with results are one turn; some providers merge every role. */
export function asRead(turns: readonly Turn[], { foldsRoles }: Provider): readonly Turn[] {
  return foldsRoles ? folded(turns) : joined(turns);
}
