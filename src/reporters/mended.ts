import { count } from "../model/numbers.js";
import { first } from "../model/present.js";
import type { MendedConversation } from "../repair/json.js";
import { createColors } from "./colors.js";
import { byRule, skippedLines } from "./plan.js";
import type { ReporterOptions } from "./reporter.js";
import { safeText } from "./safe-text.js";
import { titleOf } from "./wording.js";

/** Writes which findings of a JSON file are mended and which stay, by conversation. */
export function* mendedTable(
  path: string,
  conversations: readonly MendedConversation[],
  options: ReporterOptions & { readonly unsafe?: boolean },
): Generator<string> {
  const { bold, dim, yellow } = createColors(options.color);
  yield `${bold(safeText(path))}\n`;
  const times = (number: number) => (number > 1 ? `${count(number)} x ` : "");
  for (const { session, mended, remaining, skipped } of conversations) {
    if (mended.length + remaining.length === 0) continue;
    yield `\n  ${bold(safeText(session))}\n`;
    for (const [rule, findings] of byRule(mended)) {
      yield `    mends ${times(findings.length)}${titleOf(rule)} ${dim(`[${rule}]`)}\n`;
      const { safety, action } = first(findings).repair;
      yield `      ${dim(safety === "safe" || options.unsafe ? (action ?? "") : "resolved by the repairs above")}\n`;
    }
    for (const [rule, findings] of byRule(remaining)) {
      const { safety, action } = first(findings).repair;
      yield `    ${yellow("stays")} ${times(findings.length)}${titleOf(rule)} ${dim(`[${rule}]`)}\n`;
      if (safety === "unsafe") yield `      ${dim(`needs --unsafe: ${action}`)}\n`;
      const { recalled, results } = first(findings).evidence;
      if (recalled !== undefined)
        yield `      ${dim(`the database knows ${recalled} of the ${results} calls; with --unsafe the other results go`)}\n`;
    }
    yield* skippedLines({ skipped }, "      ");
  }
}
