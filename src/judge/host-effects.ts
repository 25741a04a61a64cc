import type { Conversation } from "../model/conversation.js";
import type { Effect, Severity } from "../model/report.js";
import type { AnyRule } from "../rules/rule.js";
import { type Host, type HostEffect, happensOn, rangeOf } from "../stores/host.js";
import type { JudgeTerms } from "./terms.js";

type Terms = Pick<JudgeTerms, "store" | "host" | "generation" | "target">;

/** The effects of the rule's damage in the host. Effects that name the variant replace the general ones of their target. */
export function hostEffectsOf(
  rule: AnyRule,
  variant: string | undefined,
  host: Host | null,
  conversation?: Conversation,
): HostEffect[] {
  const own = (host?.effects ?? []).filter(
    (effect) =>
      effect.rule === rule.id &&
      (effect.variant === undefined || effect.variant === variant) &&
      (!conversation || (host?.hasEffect?.(effect, conversation) ?? true)),
  );
  const common = rule.effect ? [{ rule: rule.id, ...rule.effect }] : [];
  const all: HostEffect[] = [...own, ...common];
  return all.filter(
    (effect) =>
      effect.variant !== undefined ||
      !all.some((other) => other.variant !== undefined && other.target === effect.target),
  );
}

/** The effect in the form of the report, with its range of host versions. */
export function described(
  { target, effect, error, ...when }: HostEffect,
  { store, host }: Pick<Terms, "store" | "host">,
): Effect {
  const affected = (host?.generations ?? []).filter((generation) => happensOn(when, generation));
  const hosts = rangeOf(new Set(affected), host?.generations ?? []);
  return {
    target: target ?? host?.id ?? store.id,
    effect,
    ...(hosts && { hosts }),
    ...(error && { error }),
  };
}

/** The grade of an effect on the host version in use. */
export function hostGrade(effect: HostEffect, { generation, target }: Terms): Severity {
  if (target !== undefined && effect.target === target && effect.effect === "lost") return "error";
  if (!generation || happensOn(effect, generation)) return effect.severity;
  return effect.severity === "error" ? "warning" : "info";
}
