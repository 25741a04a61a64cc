import type { EffectKind, Severity } from "../model/report.js";
import { PROVIDERS, type Provider } from "../providers/providers.js";
import type { AnyRule, Explanation, Family } from "../rules/rule.js";
import type { StopVerdict } from "../stores/host.js";
import { STORES } from "../stores/index.js";
import type { AnyStore } from "../stores/store.js";
import { worstOf } from "./grades.js";
import { described } from "./host-effects.js";

/** A rule with every store that lists it. */
export interface RuleEntry {
  readonly id: string;
  /** The rule as its first store lists it. */
  readonly rule: AnyRule;
  /** The stores that list it, each with its own variant of the rule. */
  readonly stores: readonly { readonly store: AnyStore; readonly rule: AnyRule }[];
}

/** Every rule, sorted by id. */
export const RULEBOOK: readonly RuleEntry[] = entries();

const byId = new Map(RULEBOOK.map((entry) => [entry.id, entry]));

function entries(): RuleEntry[] {
  const all = STORES.flatMap((store) => store.rules.map((rule) => ({ store, rule })));
  const ids = [...new Set(all.map(({ rule }) => rule.id))].sort();
  return ids.flatMap((id) => {
    const stores = all.filter(({ rule }) => rule.id === id);
    const first = stores[0];
    return first ? [{ id, rule: first.rule, stores }] : [];
  });
}

export function ruleEntry(id: string): RuleEntry | undefined {
  return byId.get(id);
}

export function ruleById(id: string): AnyRule | undefined {
  return byId.get(id)?.rule;
}

/** The safety of the repair in words, with the stores that differ. */
export function safetyOf({ rule, stores }: RuleEntry): string {
  const others = stores.filter((one) => one.rule.safety !== rule.safety);
  return [safetyWord(rule), ...others.map((one) => `in a ${one.store.title} ${safetyWord(one.rule)}`)].join(
    "; ",
  );
}

/** A rule without a safety of its own may still have a mend: its findings then say how safe that is. */
function safetyWord({ safety, mend }: AnyRule): string {
  return safety === "none" && mend ? "in some cases" : safety;
}

/** The effects of a rule in hosts, with the version range of each. */
export function hostEffects({ id, rule, stores }: RuleEntry) {
  const named = stores.flatMap(({ store }) =>
    store.hosts.flatMap((host) =>
      host.effects
        .filter((effect) => effect.rule === id)
        .map((effect) => ({
          ...described(effect, { store, host }),
          severity: effect.severity,
          ...(effect.variant !== undefined && { isPartial: true as const }),
        })),
    ),
  );
  return rule.effect ? [...named, { target: "any", ...rule.effect }] : named;
}

/** The ways in which damage of a rule can end a replay, by host. */
export function stopsOf({ id, stores }: RuleEntry): readonly { host: string; verdict: StopVerdict }[] {
  return stores.flatMap(({ store }) =>
    store.hosts.flatMap((host) => (host.stops[id] ?? []).map((verdict) => ({ host: host.id, verdict }))),
  );
}

/** Every rule as data, for `doctor rules`, the README's table and other programs. */
export function describeRules() {
  return RULEBOOK.map((entry) => ({
    id: entry.id,
    family: entry.rule.family,
    title: entry.rule.title,
    inputs: entry.stores.map(({ store }) => store.id),
    worst: worstGrade(entry),
    repair: safetyOf(entry),
    action: actionOf(entry),
  }));
}

/** The worst grade that a finding of the rule can get. */
function worstGrade(entry: RuleEntry): Severity {
  const { id, rule } = entry;
  if (rule.atMost) return rule.atMost;
  const grade = worstOf(hostEffects(entry).map(({ severity }) => severity));
  const isRefused = PROVIDERS.some((provider) => provider.major && provider.errors[id]);
  if ((rule.check && isRefused) || stopsOf(entry).length > 0) return "error";
  if (grade === "info" && rule.check) return "error";
  // A refusal that the rule explains gets the grade of the damage that the provider names.
  const explained = RULEBOOK.filter(({ id: other }) => rule.explains?.includes(other) && other !== id);
  return worstOf([grade, ...explained.map(worstGrade)]);
}

/** An effect of a rule's damage, as the declarations of hosts and providers tell it. */
export interface ToldEffect {
  readonly target: string;
  readonly effect: EffectKind;
  /** True if only a replay tells on which host versions it happens. */
  readonly varies?: true;
  /** semver range of host versions. */
  readonly hosts?: string;
  readonly severity?: Severity;
  /** True if only some cases of the damage have it. */
  readonly isPartial?: true;
  /** The text of the host or provider; `{n}` is an index, `{id}` an id. */
  readonly error?: string;
  /** How well the provider's behaviour is known. */
  readonly certainty?: Provider["certainty"];
}

/** All that the page of a rule tells, besides its examples. */
export interface RulePage extends Explanation {
  readonly id: string;
  readonly family: Family;
  readonly title: string;
  readonly harm?: string;
  readonly inputs: readonly string[];
  readonly worst: Severity;
  readonly safety: string;
  readonly action: string | null;
  readonly effects: readonly ToldEffect[];
}

/** The page of a rule as data. */
export function pageOf(entry: RuleEntry): RulePage {
  const { family, title, harm, explanation } = entry.rule;
  return {
    id: entry.id,
    family,
    title,
    ...(harm && { harm }),
    inputs: entry.stores.map(({ store }) => store.id),
    worst: worstGrade(entry),
    safety: safetyOf(entry),
    action: actionOf(entry),
    ...explanation,
    effects: [...stopEffects(entry), ...hostEffects(entry), ...refusals(entry)],
  };
}

function actionOf({ stores }: RuleEntry): string | null {
  return stores.map(({ rule }) => rule.action).find((action) => action !== undefined) ?? null;
}

/** The stops that no effect of the host names already. */
function stopEffects(entry: RuleEntry): ToldEffect[] {
  const named = hostEffects(entry);
  return stopsOf(entry)
    .filter(({ verdict }) => !named.some(({ effect }) => effect === verdict))
    .map(({ host, verdict }) => ({ target: host, effect: verdict, varies: true }));
}

/** The texts by which providers refuse the damage. */
function refusals({ id, stores }: RuleEntry): ToldEffect[] {
  const keys = [...new Set([id, ...stores.flatMap(({ rule }) => rule.texts ?? [])])];
  return PROVIDERS.flatMap(({ id: target, errors, certainty }) =>
    keys.flatMap((key) => {
      const error = errors[key];
      return error ? [{ target, effect: "rejected" as const, error, certainty }] : [];
    }),
  );
}
