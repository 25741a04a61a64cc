import type { Conversation, Message, Plain, Row } from "../model/conversation.js";
import { once } from "../model/once.js";
import type { Finding } from "../model/report.js";
import { errorText } from "../providers/providers.js";
import { recipientOf } from "../providers/recipients.js";
import type { AnyRule } from "../rules/rule.js";
import {
  addEffect,
  type Case,
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
import { counts, gradeOf, isCurrent } from "./grade.js";
import { hostEffectsOf } from "./host-effects.js";
import { refusalsOf } from "./refusals.js";
import { type Scenario, type Stopped, scenariosOf } from "./scenarios.js";
import type { Judged, JudgeTerms } from "./terms.js";

const detecting = once((rules: readonly AnyRule[]) => rules.filter(({ detect }) => detect));

/** All findings of a conversation: damage in its rows, and refusals of the requests that hosts would send. */
export function judge(conversation: Conversation, terms: JudgeTerms): Finding[] {
  return linkRejections(
    conversation,
    judgeInPlace(conversation, terms).map(({ finding }) => finding),
  );
}

/** True if the quick look found the conversation healthy, and no directories are to be checked. */
export function isPlain({ plain }: { plain?: Plain | null }, terms: JudgeTerms): boolean {
  if (terms.directoryExists || terms.moves) return false;
  return plain?.(terms.now, terms.features) ?? false;
}

export function judgeInPlace(conversation: Conversation, asked: JudgeTerms): Judged[] {
  const terms = addressed(conversation, asked);
  if (isPlain(conversation, terms)) return [];
  const { store, host } = terms;
  const cases: Case[] = [];
  for (const rule of detecting(store.rules))
    for (const damage of rule.detect?.(conversation, terms) ?? []) cases.push(newCase(rule, damage));
  const index = indexCases(store.rules, cases);
  const { requests, stops } = scenariosOf(conversation, host, terms.providers, terms.now);
  for (const request of requests) addSymptoms(conversation, request, index, terms);
  addStops(conversation, stops, index, terms);
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

/** Where nobody named a provider, the one that a captured body was made for counts. */
function addressed(conversation: Conversation, options: JudgeTerms): JudgeTerms {
  if (options.providers.length > 0) return options;
  const recipient = recipientOf({ ...conversation, model: conversation.model ?? options.model });
  return recipient === undefined ? options : { ...options, providers: [recipient] };
}

function addSymptoms(
  conversation: Conversation,
  { provider, turns, onlyInUse, generations }: Scenario,
  index: CaseIndex,
  terms: JudgeTerms,
): void {
  const judged = onlyInUse ? generations.filter((generation) => isCurrent(generation, terms)) : generations;
  if (onlyInUse && judged.length === 0) return;
  const stored = provider.id === "as-stored";
  for (const { rule, symptom } of refusalsOf(terms.store, conversation, turns, provider, terms.model)) {
    if (rule.onlyWhereItCounts && !counts(provider, conversation, terms)) continue;
    const owner = ownerOf(rule, symptom, index, conversation, provider.wire, stored);
    if (!owner || stored) continue;
    const isInUse = judged.length === 0 || judged.some((generation) => isCurrent(generation, terms));
    addEffect(owner, {
      target: provider.id,
      effect: "rejected",
      generations: judged,
      error: errorText(provider, symptom.text ?? rule.id, { n: symptom.turn, id: symptom.callId }),
      severity: gradeOf(conversation, provider, isInUse, terms, symptom),
    });
  }
}

/** The host in use first: a stop that no row shows is told for it alone; on another one it is a note where there is nothing to mend. */
function addStops(
  conversation: Conversation,
  stops: readonly Stopped[],
  index: CaseIndex,
  terms: JudgeTerms,
): void {
  const isInUse = ({ generation }: Stopped) => isCurrent(generation, terms);
  for (const one of [...stops.filter(isInUse), ...stops.filter((other) => !isInUse(other))]) {
    const { provider, generation, stop } = one;
    const owner = stopOwner(stop, index, isInUse(one));
    if (!owner) continue;
    const isNote = !isInUse(one) && safetyOfCase(owner) === "none";
    const severity = isNote ? "info" : gradeOf(conversation, provider, isInUse(one), terms);
    const { verdict: effect, error } = stop;
    addEffect(owner, {
      target: terms.host?.id ?? terms.store.id,
      effect,
      error,
      generations: [generation],
      severity,
    });
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
