import { PROVIDERS } from "../providers/providers.js";
import { inColumns } from "../reporters/columns.js";
import { rulesMarkdown } from "../reporters/rules-table.js";
import { RULES } from "../rules/index.js";
import { type Rule, safetyOf } from "../rules/rule.js";
import { stopsBy } from "../stores/host.js";
import { HOST_EFFECTS } from "../stores/opencode/effects.js";
import { type OutputFlags, write } from "./output.js";

/** Every rule as data: what `doctor rules`, the README's table and other programs print. */
export function describeRules() {
  return RULES.map((rule) => ({
    id: rule.id,
    family: rule.family,
    title: rule.title,
    inputs: rule.inputs,
    worst: worstOf(rule),
    repair: safetyOf(rule),
    action: rule.action ?? null,
  }));
}

function worstOf(rule: Rule): string {
  if (rule.atMost) return rule.atMost;
  const graded = HOST_EFFECTS.filter((effect) => effect.rule === rule.id).map(({ severity }) => severity);
  const refused =
    rule.check !== undefined && PROVIDERS.some((provider) => provider.major && provider.errors[rule.id]);
  const stops = stopsBy(rule.id).length > 0;
  if (refused || stops || graded.includes("error")) return "error";
  return graded.includes("warning") ? "warning" : rule.check ? "error" : "info";
}

export async function runRules(flags: OutputFlags & { format: string }): Promise<number> {
  const rules = describeRules();
  if (flags.format === "json") {
    await write([`${JSON.stringify({ schemaVersion: 1, rules }, null, 2)}\n`], flags.output);
    return 0;
  }
  if (flags.format === "markdown") {
    await write([`${rulesMarkdown(rules)}\n`], flags.output);
    return 0;
  }
  const rows = rules.map(({ id, worst, inputs, repair }) => [id, worst, inputs.join(", "), repair]);
  const table = inColumns([["RULE", "WORST", "INPUTS", "REPAIR"], ...rows], [26, 8, 28, 18]);
  await write([`${table}\n\n${rules.length} rules; doctor explain RULE tells more.\n`], flags.output);
  return 0;
}
