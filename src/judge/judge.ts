import type { HostEffect } from "../stores/opencode/effects.js";
import { isPlainAt } from "../stores/opencode/plain.js";
import type { HostGeneration, Stop } from "../stores/host.js";
import type { Block, Conversation, Message, Plain, Row } from "../model/conversation.js";
import type { Finding } from "../model/report.js";
import { errorText } from "../providers/providers.js";
import { RULES } from "../rules/index.js";
import type { Context, Rule } from "../rules/rule.js";
import {
  addEffect,
  type CaseIndex,
  indexCases,
  isSubsumed,
  newCase,
  ownerOf,
  safetyOfCase,
  stopOwner,
} from "./cases.js";
import { linkRejections } from "./evidence.js";
import { toFinding } from "./finding.js";
import { gradeOf, isCurrent } from "./grade.js";
import { hostEffectsOf } from "./host-effects.js";
import { refusalsOf } from "./refusals.js";
import { type Scenario, scenariosOf } from "./scenarios.js";
import type { Target } from "../scan/targets.js";

export interface JudgeOptions extends Context {
  readonly input: string;
  /** Providers named by the user: they alone count for the severity then. */
  readonly providers: readonly string[];
  /** The generation of the host version in use; null for requests. */
  readonly generation: HostGeneration | null;
  /** Grade for an import there. */
  readonly target?: Target;
}

/** A finding with the place in the conversation that it speaks of. */
export interface Judged {
  readonly finding: Finding;
  readonly rule: Rule;
  readonly row: Row;
  readonly message: Message | undefined;
  readonly block: Block | undefined;
  readonly hostEffects: readonly HostEffect[];
}

/** All findings of one conversation: what its rows show, and what each host and provider makes of it. */
export function judge(conversation: Conversation, options: JudgeOptions): Finding[] {
  return linkRejections(
    conversation,
    judgeInPlace(conversation, options).map(({ finding }) => finding),
  );
}

/** True where nothing but its rows is asked about, and in these there is nothing to judge. */
export function isPlain({ plain }: { plain?: Plain }, options: JudgeOptions): boolean {
  if (options.directoryExists || options.moves) return false;
  return plain !== undefined && isPlainAt(plain, options.now, options.generation);
}

export function judgeInPlace(conversation: Conversation, options: JudgeOptions): Judged[] {
  if (isPlain(conversation, options)) return [];
  const cases = RULES.filter((rule) => rule.inputs.includes(conversation.store)).flatMap((rule) =>
    (rule.detect?.(conversation, options) ?? []).map((damage) => newCase(rule, damage)),
  );
  const index = indexCases(cases);
  const stops: Stopped[] = [];
  for (const scenario of scenariosOf(conversation, options.providers, options.now)) {
    addSymptoms(conversation, scenario, index, options);
    const { provider, generation, replay } = scenario;
    if (replay.stop) stops.push({ provider, generation, stop: replay.stop });
  }
  addStops(conversation, stops, index, options);
  const owners = rowOwners(conversation);
  return index.all
    .filter((one) => !isSubsumed(one, index))
    .map((one) => {
      const hostEffects = hostEffectsOf(one.rule.id, one.damage.variant, conversation);
      return {
        finding: toFinding(one, hostEffects, conversation, owners, options),
        rule: one.rule,
        row: one.damage.row,
        block: one.damage.block,
        message: one.damage.message ?? owners.get(one.damage.row),
        hostEffects,
      };
    });
}

function addSymptoms(
  conversation: Conversation,
  scenario: Scenario,
  index: CaseIndex,
  options: JudgeOptions,
): void {
  const { provider, replay, generation } = scenario;
  if (replay.onlyInUse && !isCurrent(generation, options)) return;
  const stored = provider.id === "as-stored";
  for (const { rule, symptom } of refusalsOf(conversation, replay.turns, provider, stored)) {
    const owner = ownerOf(rule, symptom, index, conversation, provider.wire, stored);
    if (!owner || stored) continue;
    addEffect(owner, {
      target: provider.id,
      effect: "rejected",
      generation,
      error: errorText(provider, symptom.text ?? rule.id, { n: symptom.turn, id: symptom.callId }),
      severity: gradeOf(conversation, provider, generation, options, symptom),
    });
  }
}

type Stopped = Omit<Scenario, "replay"> & { readonly stop: Stop };

/** The host in use first: a stop that no row shows is told for it alone; on another one it is a note where there is nothing to mend. */
function addStops(
  conversation: Conversation,
  stops: readonly Stopped[],
  index: CaseIndex,
  options: JudgeOptions,
): void {
  const isInUse = ({ generation }: Stopped) => isCurrent(generation, options);
  for (const one of [...stops.filter(isInUse), ...stops.filter((other) => !isInUse(other))]) {
    const { provider, generation, stop } = one;
    const owner = stopOwner(stop, index, isInUse(one));
    if (!owner) continue;
    const isNote = !isInUse(one) && safetyOfCase(owner, conversation) === "none";
    const severity = isNote ? "info" : gradeOf(conversation, provider, generation, options);
    const { verdict: effect, error } = stop;
    addEffect(owner, { target: conversation.store, effect, error, generation, severity });
  }
}

function rowOwners(conversation: Conversation): Map<Row, Message> {
  const owners = new Map<Row, Message>();
  for (const message of conversation.messages) {
    owners.set(message.row, message);
    for (const { row } of message.blocks) owners.set(row, message);
  }
  return owners;
}
