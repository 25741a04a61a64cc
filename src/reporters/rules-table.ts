import type { describeRules } from "../judge/rulebook.js";

/** Writes the rule table of the README. */
export function rulesMarkdown(rules: ReturnType<typeof describeRules>): string {
  const rows = rules.map(
    ({ id, title, inputs, worst, repair }) =>
      `| \`${id}\` | ${title} | ${inputs.join(", ")} | ${worst} | ${repair} |`,
  );
  return ["| rule | damage | inputs | worst | repair |", "|---|---|---|---|---|", ...rows].join("\n");
}
