import { ruleById } from "../judge/rulebook.js";
import { plural } from "../model/numbers.js";
import { type EffectKind, type Finding, WORST_FIRST } from "../model/report.js";
import type { RefusedMedia } from "../rules/replace-media.js";
import { TARGETS } from "../stores/index.js";
import { safeText } from "./safe-text.js";
import { bytes, duration } from "./units.js";

/** The wording of each effect. Findings hold data only; this file makes the sentences. */
const EFFECT: Record<EffectKind, (who: string) => string> = {
  rejected: (who) => `${who} refuse${who.includes(",") ? "" : "s"} the request`,
  crash: () => "the next prompt crashes",
  loop: () => "the next prompt loops, at a cost",
  swallowed: () => "the next prompt is swallowed",
  unreadable: () => "cannot be opened or listed",
  lost: (who) =>
    isImport(who) ? `lost in the import to ${who.replace("-", " ")}` : "missing from the request",
  misleads: () => "the model, or the user, is told something untrue",
  cosmetic: () => "harmless here",
};

/** The effect as a clause. `who`: the providers that refuse, or the program that imports. */
export function effectClause(effect: EffectKind, who: string): string {
  return EFFECT[effect](who);
}

const QUIET = { cosmetic: true, misleads: true, lost: true };

/** True if the target is a program that imports files of a store. */
function isImport(target: string): boolean {
  return TARGETS.includes(target);
}

export function titleOf(rule: string): string {
  return ruleById(rule)?.title ?? safeText(rule);
}

/** The effects of a finding in one sentence, worst first. */
export function effectsSentence({ effects, rule }: Pick<Finding, "effects" | "rule">): string {
  const loud = effects.filter(({ effect, target }) => !(effect in QUIET) && !isImport(target));
  if (loud.length === 0)
    return ruleById(rule)?.harm ?? EFFECT[effects[0]?.effect ?? "cosmetic"](effects[0]?.target ?? "");
  const groups = new Map<string, { effect: EffectKind; hosts?: string; targets: string[] }>();
  for (const { effect, hosts, target } of [...loud, ...effects.filter(({ target }) => isImport(target))]) {
    const key = `${effect} ${hosts ?? ""}`;
    const group = groups.get(key) ?? { effect, hosts, targets: [] };
    group.targets.push(target);
    groups.set(key, group);
  }
  return [...groups.values()]
    .sort((one, other) => WORST_FIRST.indexOf(one.effect) - WORST_FIRST.indexOf(other.effect))
    .map(
      ({ effect, hosts, targets }) =>
        `${EFFECT[effect](who(effect, targets))}${hosts ? ` (host ${hosts.replaceAll("||", "or")})` : ""}`,
    )
    .join("; ");
}

function who(effect: EffectKind, targets: readonly string[]): string {
  if (effect !== "rejected") return targets[0] ?? "";
  return targets.length <= 3
    ? targets.join(", ")
    : `${targets.slice(0, 2).join(", ")} and ${targets.length - 2} more`;
}

/** The details of a finding in a few words. */
export function evidenceWords(finding: Finding): string {
  const { evidence } = finding;
  const words: string[] = [];
  if (typeof evidence.tool === "string") words.push(evidence.tool);
  if (typeof evidence.status === "string") words.push(evidence.status);
  if (typeof evidence.gapMs === "number") words.push(`${duration(evidence.gapMs)} gap`);
  if (evidence.droppedError) words.push("error dropped");
  if (typeof evidence.how === "string") words.push(evidence.how);
  if (typeof evidence.problem === "string") words.push(evidence.problem);
  if (Array.isArray(evidence.media)) words.push(...mediaWords(evidence.media as RefusedMedia[]));
  if (typeof evidence.repeatedAt === "number") words.push(`again at ${evidence.repeatedAt}`);
  if (typeof evidence.aheadMs === "number") words.push(`${duration(evidence.aheadMs)} ahead`);
  if (typeof evidence.inSession === "number" && evidence.inSession > 1)
    words.push(`${evidence.inSession} in this session`);
  if (Array.isArray(evidence.refused))
    words.push(
      ...(evidence.refused as { path: string; expected: string }[])
        .slice(0, 2)
        .map(({ path, expected }) => `${path} must be ${expected}`),
    );
  if (Array.isArray(evidence.rejections))
    words.push(`refused ${duration((evidence.rejections[0] as { afterMs: number }).afterMs)} later`);
  if (evidence.roles) words.push(rolesWords(evidence));
  if (typeof evidence.sqlite === "string") words.push(evidence.sqlite);
  return safeText(words.join(" · "));
}

function mediaWords(media: readonly RefusedMedia[]): string[] {
  return media
    .slice(0, 2)
    .flatMap(({ mime, is, width, height, bytes: size }) => [
      is && is !== mime ? `${mime} that is ${is}` : mime,
      ...(width && height ? [`${width} x ${height} px`] : []),
      ...(size ? [bytes(size)] : []),
    ]);
}

function rolesWords(evidence: Record<string, unknown>): string {
  const roles = evidence.roles as Record<string, number>;
  return `${evidence.messages} messages: ${Object.entries(roles)
    .map(([role, number]) => `${role} ${number}`)
    .join(
      ", ",
    )}; ${plural(evidence.calls as number, "call")}, ${plural(evidence.results as number, "result")}, ${plural(evidence.orphans as number, "orphan")}`;
}
