import type { Conversation, Turn } from "../model/conversation.js";
import { addTo } from "../model/group.js";
import { once } from "../model/once.js";
import { foldAsUser, foldTurns } from "../model/pairing.js";
import { AS_STORED, PROVIDERS, type Provider, type Wire } from "../providers/providers.js";
import type { Host, HostGeneration, Recipients, Replay, Stop } from "../stores/host.js";

/** A request that host versions would send to a provider. */
export interface Scenario {
  readonly provider: Provider;
  /** The host versions that send it; empty for a captured request, and for rows that are judged as they are stored. */
  readonly generations: readonly HostGeneration[];
  readonly turns: readonly Turn[];
  readonly onlyInUse?: boolean;
}

/** A stop of host versions on the way to a provider. */
export interface Stopped {
  readonly provider: Provider;
  readonly generation: HostGeneration;
  readonly stop: Stop;
}

/** The requests for which a conversation is judged, and the stops before and behind them. */
export interface Scenarios {
  readonly requests: readonly Scenario[];
  readonly stops: readonly Stopped[];
}

/** Every combination of host version and provider. Versions that send the same share a request. */
export function scenariosOf(
  conversation: Conversation,
  host: Host | null,
  named: readonly string[],
  now: number,
): Scenarios {
  const recipients = host?.recipients?.(conversation);
  const providers = recipients
    ? reached(recipients, named)
    : PROVIDERS.filter((provider) => !provider.onlyWhenNamed || named.includes(provider.id));
  if (!host) {
    const asked = providers.filter(
      ({ id, wire }) => named.includes(id) || takesFormat(wire, conversation.format),
    );
    return {
      requests: asked.map((provider) => ({ provider, generations: [], turns: conversation.messages })),
      stops: [],
    };
  }
  const requests: Scenario[] = host.judgesStored
    ? [{ provider: AS_STORED, generations: [], turns: foldTurns(conversation.messages) }]
    : [];
  const stops: Stopped[] = [];
  const replayOf = host.replays(conversation, now);
  const byTurns = new Map<readonly Turn[], Shared[]>();
  for (const generation of host.generations) {
    const byWire = new Map<Wire, Replay>();
    for (const provider of providers) {
      const replay = byWire.get(provider.wire) ?? replayOf(generation, provider.wire);
      byWire.set(provider.wire, replay);
      if (replay.stop) stops.push({ provider, generation, stop: replay.stop });
      const known = byTurns
        .get(replay.turns)
        ?.find((one) => one.provider === provider && one.onlyInUse === replay.onlyInUse);
      if (known) known.generations.push(generation);
      else {
        const { turns, onlyInUse } = replay;
        const request = { provider, generations: [generation], turns, onlyInUse };
        addTo(byTurns, turns, request);
        requests.push(request);
      }
    }
  }
  return { requests, stops };
}

type Shared = Scenario & { readonly generations: HostGeneration[] };

/** The providers that a conversation may reach, and those that the user names. */
function reached({ used, possible }: Recipients, named: readonly string[]): readonly Provider[] {
  const ids = new Set([...used, ...possible, ...named]);
  return PROVIDERS.filter(({ id }) => ids.has(id));
}

/**
 * True if requests of this format go to the provider. The AI SDK converts its messages for every provider, and a trace
 * records those for every provider.
 */
function takesFormat(wire: Wire, format: string | undefined): boolean {
  return format === "ai-sdk" || format === "otel" || wire === format;
}

const folded = once((turns: readonly Turn[]) => foldAsUser(turns));
const joined = once((turns: readonly Turn[]) => foldTurns(turns, ({ role }) => role === "tool"));

/** The turns as the provider reads them: neighbouring turns with results are one turn; some providers merge every role. */
export function asRead(turns: readonly Turn[], { foldsRoles }: Provider): readonly Turn[] {
  return foldsRoles ? folded(turns) : joined(turns);
}
