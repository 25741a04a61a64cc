import type { Conversation, Message, Plain, Row } from "../model/conversation.js";
import type { Finding, Severity } from "../model/report.js";
import { errorText } from "../providers/providers.js";
import type { HostGeneration, Stop } from "../stores/host.js";
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
import { hostEffectsOf } from "./host-effects.js";
import { refusalsOf } from "./refusals.js";
import { type Scenario, scenariosOf } from "./scenarios.js";
import type { Judged, JudgeTerms } from "./terms.js";

/** All findings of one conversation: what its rows show, and what each host and provider makes of it. */
export function judge(conversation: Conversation, terms: JudgeTerms): Finding[] {
  return linkRejections(
    conversation,
    judgeInPlace(conversation, terms).map(({ finding }) => finding),
  );
}

/** True where nothing but its rows is asked about, and in these there is nothing to judge. */
export function isPlain({ plain }: { plain?: Plain }, terms: JudgeTerms): boolean {
  if (terms.directoryExists || terms.moves) return false;
  return plain?.(terms.now, terms.generation?.features ?? {}) ?? false;
}

export function judgeInPlace(conversation: Conversation, terms: JudgeTerms): Judged[] {
  if (isPlain(conversation, terms)) return [];
  const { store, host } = terms;
  const cases = store.rules.flatMap((rule) =>
    (rule.detect?.(conversation, terms) ?? []).map((damage) => newCase(rule, damage)),
  );
  const index = indexCases(store.rules, cases);
  const stops: Stopped[] = [];
  for (const scenario of scenariosOf(conversation, host, terms.providers, terms.now)) {
    addSymptoms(conversation, scenario, index, terms);
    const { replay, ...rest } = scenario;
    if (replay.stop) stops.push({ ...rest, stop: replay.stop });
  }
  addStops(stops, index, terms);
  const owners = rowOwners(conversation);
  return index.all
    .filter((one) => !isSubsumed(one, index))
    .map((one) => {
      const hostEffects = hostEffectsOf(one.rule, one.damage.variant, host, conversation);
      return {
        finding: toFinding(one, hostEffects, conversation, owners, terms),
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
  terms: JudgeTerms,
): void {
  const { provider, replay, generation } = scenario;
  if (replay.onlyInUse && !isCurrent(generation, terms)) return;
  const stored = provider.id === "as-stored";
  for (const { rule, symptom } of refusalsOf(terms.store, conversation, replay.turns, provider)) {
    const owner = ownerOf(rule, symptom, index, conversation, provider.wire, stored);
    if (!owner || stored) continue;
    addEffect(owner, {
      target: provider.id,
      effect: "rejected",
      generation,
      error: errorText(provider, symptom.text ?? rule.id, { n: symptom.turn, id: symptom.callId }),
      severity: gradeOf(scenario, terms),
    });
  }
}

type Stopped = Omit<Scenario, "replay"> & { readonly stop: Stop };

/** The host in use first: a stop that no row shows is told for it alone; on another one it is a note where there is nothing to mend. */
function addStops(stops: readonly Stopped[], index: CaseIndex, terms: JudgeTerms): void {
  const isInUse = ({ generation }: Stopped) => isCurrent(generation, terms);
  for (const one of [...stops.filter(isInUse), ...stops.filter((other) => !isInUse(other))]) {
    const { generation, stop } = one;
    const owner = stopOwner(stop, index, isInUse(one));
    if (!owner) continue;
    const isNote = !isInUse(one) && safetyOfCase(owner) === "none";
    const severity = isNote ? "info" : gradeOf(one, terms);
    const { verdict: effect, error } = stop;
    addEffect(owner, { target: terms.host?.id ?? terms.store.id, effect, error, generation, severity });
  }
}

function gradeOf({ worst, generation }: Omit<Scenario, "replay">, terms: JudgeTerms): Severity {
  return worst === "error" && !isCurrent(generation, terms) ? "warning" : worst;
}

function isCurrent(generation: HostGeneration | null, terms: JudgeTerms): boolean {
  return generation === null || generation === terms.generation;
}

function rowOwners(conversation: Conversation): Map<Row, Message> {
  const owners = new Map<Row, Message>();
  for (const message of conversation.messages) {
    owners.set(message.row, message);
    for (const { row } of message.blocks) owners.set(row, message);
  }
  return owners;
}
