import { describeRules } from "../judge/rulebook.js";
import { inColumns } from "../reporters/columns.js";
import { rulesMarkdown } from "../reporters/rules-table.js";
import { type OutputFlags, write } from "./output.js";

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
