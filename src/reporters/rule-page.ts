import type { RuleExample } from "../judge/rule-example.js";
import type { RulePage, ToldEffect } from "../judge/rulebook.js";
import { addTo } from "../model/group.js";
import { wrapped } from "./columns.js";
import { safeText, shorten } from "./safe-text.js";
import { effectClause, effectsSentence } from "./wording.js";

/** Writes the pieces of a page: as Markdown, or for a terminal. */
interface Writer {
  title(id: string, text: string): string;
  heading(text: string): string;
  paragraph(text: string): string;
  item(text: string): string;
  /** An error text of a provider or host. It is never shortened. */
  quote(text: string): string;
  diff(lines: readonly string[]): string;
}

/** The page of a rule as Markdown. */
export function rulePageMarkdown(page: RulePage, examples: readonly RuleExample[]): Iterable<string> {
  return rulePage(page, examples, MARKDOWN);
}

/** The same page as text in lines of at most this width. */
export function rulePageText(
  page: RulePage,
  examples: readonly RuleExample[],
  width: number,
): Iterable<string> {
  return rulePage(page, examples, textWriter(width));
}

const MARKDOWN: Writer = {
  title: (id, text) => `# ${id}\n\n**${text}**\n`,
  heading: (text) => `\n## ${text}\n\n`,
  paragraph: (text) => `${text}\n\n`,
  item: (text) => `- ${text}\n`,
  quote: (text) => `  \`\`\`text\n  ${safeText(text)}\n  \`\`\`\n`,
  diff: (lines) => `\`\`\`diff\n${lines.map(safeText).join("\n")}\n\`\`\`\n\n`,
};

function textWriter(width: number): Writer {
  return {
    title: (id, text) => `${id}: ${text}\n`,
    heading: (text) => `\n${text}\n`,
    paragraph: (text) => `${wrapped(text, width, "  ")}\n`,
    item: (text) => `${wrapped(text, width, "  ")}\n`,
    quote: (text) => `${wrapped(safeText(text), width, "    ")}\n`,
    diff: (lines) => lines.map((line) => `    ${shorten(safeText(line), width - 4)}\n`).join(""),
  };
}

function* rulePage(page: RulePage, examples: readonly RuleExample[], to: Writer): Generator<string> {
  yield to.title(page.id, page.title);
  yield to.heading("What it means");
  yield to.paragraph(page.what);
  yield to.item(`found in: ${page.inputs.join(", ")}`);
  yield to.item(`worst grade: ${page.worst}`);
  yield to.item(`repair: ${page.safety}${page.action ? ` (${page.action})` : ""}`);
  yield to.heading("How it arises");
  yield to.paragraph(page.arises);
  yield* effectLines(page, to);
  yield* errorTexts(page, examples, to);
  yield to.heading("What the repair writes");
  yield to.paragraph(page.repair);
  yield to.heading("What the tool cannot know");
  yield to.paragraph(page.unknown);
  if (examples.length > 0) yield to.heading("Before and after");
  for (const example of examples) yield* exampleLines(page, example, to);
  yield to.heading("Commands");
  yield to.item(`find it: \`doctor scan --rule ${page.id}\``);
  if (page.safety !== "none")
    yield to.item(`see what a repair would write: \`doctor repair --rule ${page.id}\``);
}

function* effectLines({ effects, harm }: RulePage, to: Writer): Generator<string> {
  const refusing = [...new Set(effects.filter(isRefusal).map(({ target }) => target))];
  const others = effects.filter((effect) => !isRefusal(effect));
  if (refusing.length + others.length === 0 && !harm) return;
  yield to.heading("What it does");
  for (const effect of others) yield to.item(effectWords(effect));
  if (refusing.length > 0) yield to.item(`${refusing.join(", ")}: the provider refuses the request`);
  if (harm) yield to.item(`where nothing refuses the conversation: ${harm}`);
}

function isRefusal({ effect }: ToldEffect): boolean {
  return effect === "rejected";
}

function effectWords({ target, effect, hosts, severity, isPartial, varies }: ToldEffect): string {
  const when = [
    hosts && `versions \`${rangeWords(hosts)}\``,
    varies && "on some versions: `doctor replay` tells which",
    isPartial && "in some cases",
    severity && `graded ${severity}`,
  ].filter(Boolean);
  return `${target}: ${effectClause(effect, target)}${when.length > 0 ? ` (${when.join("; ")})` : ""}`;
}

function rangeWords(range: string): string {
  return range.replaceAll("||", "or");
}

/** Each error text once, with all who give it: the texts of the rule, then those that a scan of the examples found. */
function* errorTexts(page: RulePage, examples: readonly RuleExample[], to: Writer): Generator<string> {
  const sources = new Map<string, string[]>();
  for (const { error, target, certainty } of page.effects)
    if (error) addTo(sources, placeholders(error), certainty ? `${target} (${certainty})` : target);
  const own = new Set(sources.keys());
  for (const { error, target } of examples.flatMap(({ effects }) => effects))
    if (error && !own.has(placeholders(error))) addTo(sources, placeholders(error), target);
  if (sources.size === 0) return;
  yield to.heading("Exact error texts");
  if ([...sources.keys()].some((text) => /\b(N|ID)\b/.test(text)))
    yield to.paragraph("N stands for an index, ID for the id of a tool call.");
  for (const [text, from] of sources) {
    yield to.item(`${[...new Set(from)].join(", ")}:`);
    yield to.quote(text);
  }
}

function placeholders(error: string): string {
  return error.replaceAll("{n}", "N").replaceAll("{id}", "ID");
}

function* exampleLines(page: RulePage, example: RuleExample, to: Writer): Generator<string> {
  const { fixture, store, hostVersion, rule, severity, effects, change } = example;
  const where = `\`${fixture}\`, ${store}${hostVersion ? ` ${hostVersion}` : ""}`;
  const harm = effectsSentence({ rule, effects: [...effects] });
  const told = rule === page.id ? severity : `${severity} \`${rule}\``;
  yield to.paragraph(`${where}. \`doctor scan\` says ${told}: ${harm}.`);
  yield to.diff(change);
  if (!change.some((line) => /^[-+]/.test(line))) yield to.paragraph("A repair leaves it as it is.");
}
