import { DoctorError } from "../errors.js";
import { shellWord } from "../escapes.js";
import { examplesOf } from "../judge/rule-example.js";
import { pageOf, RULEBOOK, type RuleEntry, ruleEntry } from "../judge/rulebook.js";
import { didYouMean } from "../nearest.js";
import { copiedText, type KnownError, knownErrorsIn } from "../providers/errors.js";
import { wrapped } from "../reporters/columns.js";
import { noMatch, sickLines } from "../reporters/heal.js";
import { rulePageMarkdown, rulePageText } from "../reporters/rule-page.js";
import { discover } from "../scan/discover.js";
import { scanStream } from "../scan/scan.js";
import { chooseSick } from "../scan/sick.js";
import { KNOWN_ERRORS } from "../stores/errors.js";
import { type OutputFlags, outputWidth, reporterOptions, write } from "./output.js";
import { startProgress } from "./progress.js";

export interface ExplainFlags extends OutputFlags {
  error?: string;
  format: string;
  showTitles?: boolean;
}

/** Prints the page of a rule, or the rules that explain an error text. Exit 1 if the text is not known. */
export async function runExplain(id: string | undefined, flags: ExplainFlags): Promise<number> {
  if (flags.error !== undefined) return explainError(flags.error, flags);
  // No rule has a blank in its name.
  if (id !== undefined && /\s/.test(id)) {
    if (id.split(/\s+/).every(ruleEntry))
      throw new DoctorError("USAGE", `${id}: one rule at a time`, "doctor rules");
    return explainError(id, flags);
  }
  if (id === undefined) throw new DoctorError("USAGE", "name a rule, or give --error TEXT", "doctor rules");
  const entry = ruleEntry(id);
  if (!entry) throw new DoctorError("USAGE", `no rule "${id}"${likely(id)}`, "doctor rules");
  await write(rulePageAs(flags.format, entry), flags.output);
  return 0;
}

function rulePageAs(format: string, entry: RuleEntry): Iterable<string> {
  const page = pageOf(entry);
  const examples = examplesOf(entry.id);
  if (format === "json")
    return [`${JSON.stringify({ schemaVersion: 1, rule: { ...page, examples } }, null, 2)}\n`];
  return format === "markdown"
    ? rulePageMarkdown(page, examples)
    : rulePageText(page, examples, outputWidth());
}

async function explainError(text: string, flags: ExplainFlags): Promise<number> {
  const known = knownErrorsIn(copiedText(text), KNOWN_ERRORS);
  const rules = [...new Set(known.flatMap((error) => error.rules))];
  if (flags.format === "json") {
    await write(
      [
        `${JSON.stringify({ schemaVersion: 1, known: known.length > 0, rules, advice: known.flatMap(({ advice }) => advice ?? []) }, null, 2)}\n`,
      ],
      flags.output,
    );
    return known.length > 0 ? 0 : 1;
  }
  const { found } = discover();
  const isSearched = found.length > 0 && flags.output === undefined;
  await write(errorPage(known, rules, isSearched, outputWidth()), flags.output);
  if (isSearched) await tellSick(found, text, flags);
  return known.length > 0 ? 0 : 1;
}

/** Names the conversations of this machine that would get the text. */
async function tellSick(inputs: readonly string[], text: string, flags: ExplainFlags): Promise<void> {
  const now = Date.now();
  const bar = await startProgress(flags.quiet);
  const report = await scanStream(inputs, {
    now,
    showTitles: flags.showTitles,
    onProgress: bar.update,
  }).finally(bar.stop);
  const choice = chooseSick(report, { text, known: KNOWN_ERRORS }, true);
  const shown = reporterOptions(flags, now, "warning");
  await write(
    choice.chosen.length === 0
      ? noMatch(choice, text, shown)
      : [
          ...sickLines(choice, choice.chosen, shown),
          `Next: ${["doctor", "heal", shellWord(text)].join(" ")}\n`,
        ],
  );
}

function* errorPage(
  known: readonly KnownError[],
  rules: readonly string[],
  /** True if the conversations of this machine follow, with a next command of their own. */
  isSearched: boolean,
  width: number,
): Generator<string> {
  if (known.length === 0) {
    yield "This text is not known. doctor scan finds damage without it.\n";
    return;
  }
  yield `Known from ${[...new Set(known.map(({ from }) => from))].join(", ")}.\n`;
  for (const id of rules) {
    const rule = ruleEntry(id)?.rule;
    if (!rule) continue;
    const { title, explanation } = rule;
    const told = [explanation.what, `Repair: ${explanation.repair}`].map((text) =>
      wrapped(text, width, "  "),
    );
    const where = ruleEntry(id)
      ?.stores.map(({ store }) => store.title)
      .join(", ");
    yield `\n${id}: ${title} (${where})\n${told.join("\n")}\n`;
  }
  for (const { advice } of known) if (advice) yield `\n${wrapped(advice, width)}\n`;
  if (isSearched) yield "\n";
  else if (rules.length > 0) yield `\nNext: doctor scan, then doctor explain ${rules[0]}\n`;
}

function likely(id: string): string {
  return didYouMean(
    id,
    RULEBOOK.map((rule) => rule.id),
  );
}
