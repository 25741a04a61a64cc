import type { Severity } from "../model/report.js";
import { PROVIDERS } from "../providers/providers.js";
import type { AnyRule } from "../rules/rule.js";
import type { StopVerdict } from "../stores/host.js";
import { STORES } from "../stores/index.js";
import type { AnyStore } from "../stores/store.js";
import { worstOf } from "./grades.js";
import { described } from "./host-effects.js";

/** One kind of damage, in every store that can have it. */
export interface RuleEntry {
  readonly id: string;
  /** The rule as its first store has it. */
  readonly rule: AnyRule;
  /** The stores that can have it, each with its own variant of the rule. */
  readonly stores: readonly { readonly store: AnyStore; readonly rule: AnyRule }[];
}

/** Every rule, in the order of their ids. */
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

/** The safety of its repair in words: one grade, or the stores that have another one. */
export function safetyOf({ rule, stores }: RuleEntry): string {
  const others = stores.filter((one) => one.rule.safety !== rule.safety);
  return [rule.safety, ...others.map((one) => `in a ${one.store.title} ${one.rule.safety}`)].join("; ");
}

/** The effects of a rule in hosts, with the version range of each. */
export function hostEffects({ id, rule, stores }: RuleEntry) {
  const named = stores.flatMap(({ store }) =>
    store.hosts.flatMap((host) =>
      host.effects
        .filter((effect) => effect.rule === id)
        .map((effect) => ({ ...described(effect, { store, host }), severity: effect.severity })),
    ),
  );
  return rule.effect ? [...named, { target: "any", ...rule.effect }] : named;
}

/** How damage of a rule can end a replay, by host. */
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
    action: entry.stores.map(({ rule }) => rule.action).find((action) => action !== undefined) ?? null,
  }));
}

/** The worst grade that a finding of the rule can get. */
function worstGrade(entry: RuleEntry): Severity {
  const { id, rule } = entry;
  if (rule.atMost) return rule.atMost;
  const grade = worstOf(hostEffects(entry).map(({ severity }) => severity));
  const isRefused = PROVIDERS.some((provider) => provider.major && provider.errors[id]);
  if ((rule.check && isRefused) || stopsOf(entry).length > 0) return "error";
  return grade === "info" && rule.check ? "error" : grade;
}
