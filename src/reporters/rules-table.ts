import type { describeRules } from "../judge/rulebook.js";

/** The rule table of the README, from the rules' own declarations. */
export function rulesMarkdown(rules: ReturnType<typeof describeRules>): string {
  const rows = rules.map(
    ({ id, title, inputs, worst, repair }) =>
      `| \`${id}\` | ${title} | ${inputs.join(", ")} | ${worst} | ${repair} |`,
  );
  return ["| rule | damage | inputs | worst | repair |", "|---|---|---|---|---|", ...rows].join("\n");
}
