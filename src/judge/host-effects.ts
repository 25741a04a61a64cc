import satisfies from "semver/functions/satisfies.js";
import type { Conversation } from "../model/conversation.js";
import { type Effect, rank, type Severity } from "../model/report.js";
import type { Target } from "../scan/targets.js";
import { HOST_EFFECTS, type HostEffect } from "../stores/opencode/effects.js";

/** The rows of the effect table that hold for damage of this variant; of one target, those that name it win. */
export function hostEffectsOf(
  rule: string,
  variant: string | undefined,
  { store, imported }: Pick<Conversation, "store" | "imported">,
): HostEffect[] {
  return HOST_EFFECTS.filter(
    (effect) =>
      effect.rule === rule &&
      (effect.variant === undefined || effect.variant === variant) &&
      (effect.target === "any" || effect.target.startsWith(store)) &&
      // The import comes once: it cannot lose these rows any more.
      !(imported && effect.target === "opencode-2"),
  ).filter(
    (effect, _, list) =>
      effect.variant !== undefined ||
      !list.some((other) => other.variant !== undefined && other.target === effect.target),
  );
}

export function described(
  { target, effect, hosts, error }: HostEffect,
  store: Conversation["store"],
): Effect {
  return {
    target: target === "any" ? store : target,
    effect,
    ...(hosts && { hosts }),
    ...(error && { error }),
  };
}

export function hostGrade(
  effect: HostEffect,
  { hostVersion, target }: { hostVersion: string; target?: Target },
): Severity {
  if (target !== undefined && effect.target === target && effect.effect === "lost") return "error";
  if (!effect.hosts || satisfies(hostVersion, effect.hosts, { includePrerelease: true }))
    return effect.severity;
  return effect.severity === "error" ? "warning" : "info";
}

export function worstOf(grades: readonly Severity[]): Severity {
  return grades.reduce<Severity>((best, grade) => (rank[grade] < rank[best] ? grade : best), "info");
}
