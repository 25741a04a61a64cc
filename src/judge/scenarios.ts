import type { Conversation, Turn } from "../model/conversation.js";
import { once } from "../model/once.js";
import { foldAsUser, foldTurns } from "../model/pairing.js";
import type { Severity } from "../model/report.js";
import { AS_STORED, PROVIDERS, type Provider, type Wire } from "../providers/providers.js";
import type { Host, HostGeneration, Recipients, Replay } from "../stores/host.js";

/** One way in which the conversation may reach one provider. */
export interface Scenario {
  readonly provider: Provider;
  /** Null: the request is what it is, whatever the host. */
  readonly generation: HostGeneration | null;
  readonly replay: Replay;
  /** The grade of a refusal by this provider, on the host version in use. */
  readonly worst: Severity;
}

/** Every host version and provider by which a conversation may be sent. */
export function* scenariosOf(
  conversation: Conversation,
  host: Host | null,
  named: readonly string[],
  now: number,
): Generator<Scenario> {
  const providers = PROVIDERS.filter((provider) => !provider.onlyWhenNamed || named.includes(provider.id));
  const recipients = host?.recipients?.(conversation);
  const worst = ({ id, major = false }: Provider): Severity => {
    if (named.length > 0) return named.includes(id) ? "error" : "info";
    if (!recipients) return major ? "error" : "info";
    return recipients.used.includes(id) ? "error" : recipients.possible.includes(id) ? "warning" : "info";
  };
  if (!host) {
    const asked = (provider: Provider) =>
      named.includes(provider.id) || takesFormat(provider, conversation.format);
    for (const provider of providers.filter(asked))
      yield { provider, generation: null, replay: { turns: conversation.messages }, worst: worst(provider) };
    return;
  }
  if (host.judgesStored)
    yield {
      provider: AS_STORED,
      generation: null,
      replay: { turns: foldTurns(conversation.messages) },
      worst: "info",
    };
  const replayOf = host.replays(conversation, now);
  for (const generation of host.generations) {
    const byWire = new Map<Wire, Replay>();
    for (const provider of recipients ? reached(recipients, named) : providers) {
      const replay = byWire.get(provider.wire) ?? replayOf(generation, provider.wire);
      byWire.set(provider.wire, replay);
      yield { provider, generation, replay, worst: worst(provider) };
    }
  }
}

/** The providers that a conversation may reach, those that the user names among them. */
function reached({ used, possible }: Recipients, named: readonly string[]): readonly Provider[] {
  const ids = new Set([...used, ...possible, ...named]);
  return PROVIDERS.filter(({ id }) => ids.has(id));
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
