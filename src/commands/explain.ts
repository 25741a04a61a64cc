import { DoctorError } from "../errors.js";
import { hostEffects, RULEBOOK, type RuleEntry, ruleEntry, safetyOf, stopsOf } from "../judge/rulebook.js";
import { type KnownError, knownErrorsIn, KNOWN_ERRORS as PROVIDER_ERRORS } from "../providers/errors.js";
import { PROVIDERS } from "../providers/providers.js";
import { wrapped } from "../reporters/columns.js";
import { STORES } from "../stores/index.js";
import { type OutputFlags, outputWidth, write } from "./output.js";

export interface ExplainFlags extends OutputFlags {
  error?: string;
  format: string;
}

const KNOWN_ERRORS = [...PROVIDER_ERRORS, ...STORES.flatMap(({ errors }) => errors ?? [])];

/** Tells what a rule means, or which rules an error text points to. Exit 1: the text is not known. */
export async function runExplain(id: string | undefined, flags: ExplainFlags): Promise<number> {
  if (flags.error !== undefined) return explainError(flags.error, flags);
  if (id === undefined) throw new DoctorError("USAGE", "name a rule, or give --error TEXT", "doctor rules");
  const entry = ruleEntry(id);
  if (!entry) throw new DoctorError("USAGE", `no rule "${id}"${nearest(id)}`, "doctor rules");
  await write(
    flags.format === "json"
      ? [`${JSON.stringify({ schemaVersion: 1, rule: described(entry) }, null, 2)}\n`]
      : pageOf(entry, outputWidth()),
    flags.output,
  );
  return 0;
}

function described(entry: RuleEntry) {
  const { id, rule, stores } = entry;
  return {
    id,
    family: rule.family,
    title: rule.title,
    inputs: stores.map(({ store }) => store.id),
    safety: safetyOf(entry),
    ...rule.explanation,
    effects: effectsOf(entry),
  };
}

interface ToldEffect {
  target: string;
  effect: string;
  varies?: true;
  hosts?: string;
  error?: string;
  certainty?: string;
}

function effectsOf(entry: RuleEntry): ToldEffect[] {
  const hosts = hostEffects(entry).map(({ target, effect, hosts: range, error }) => ({
    target,
    effect,
    hosts: range,
    error,
  }));
  const stops = stopsOf(entry)
    .filter(({ verdict }) => !hosts.some(({ effect }) => effect === verdict))
    .map(({ host, verdict }) => ({ target: host, effect: verdict, varies: true as const }));
  const providers = PROVIDERS.filter((provider) => provider.errors[entry.id]).map((provider) => ({
    target: provider.id,
    effect: "rejected",
    error: provider.errors[entry.id],
    certainty: provider.certainty,
  }));
  return [...stops, ...hosts, ...providers];
}

function* pageOf(entry: RuleEntry, width: number): Generator<string> {
  const { rule } = entry;
  const { what, arises, repair, unknown } = rule.explanation;
  const below = (text: string) => wrapped(text, width, "  ");
  yield `${rule.id}: ${rule.title}\n\n${wrapped(what, width)}\n\nHow it arises\n${below(arises)}\n`;
  const effects = effectsOf(entry);
  if (effects.length > 0) yield "\nWhat it does\n";
  for (const { target, effect, varies, hosts, error, certainty } of effects)
    yield `  ${target}: ${effect}${varies ? " (doctor replay tells on which version)" : ""}${hosts ? ` (host ${hosts})` : ""}${certainty ? ` [${certainty}]` : ""}\n${error ? `    ${error.replace("{n}", "N").replace("{id}", "ID")}\n` : ""}`;
  yield `\nRepair (${safetyOf(entry)})\n${below(repair)}\n\nWhat the tool cannot know\n${below(unknown)}\n`;
}

async function explainError(text: string, flags: ExplainFlags): Promise<number> {
  // A text from a terminal or a log is broken into lines anywhere.
  const line = text.replace(/\s+/g, " ");
  const known = knownErrorsIn(line, KNOWN_ERRORS);
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
  await write(errorPage(known, rules, outputWidth()), flags.output);
  return known.length > 0 ? 0 : 1;
}

function* errorPage(
  known: readonly KnownError[],
  rules: readonly string[],
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
    yield `\n${id}: ${title}\n${told.join("\n")}\n`;
  }
  for (const { advice } of known) if (advice) yield `\n${wrapped(advice, width)}\n`;
  if (rules.length > 0) yield `\nNext: doctor scan, then doctor explain ${rules[0]}\n`;
}

function nearest(id: string): string {
  const close = RULEBOOK.find(
    (rule) =>
      rule.id.includes(id) ||
      id.includes(rule.id) ||
      rule.id.split("-").some((word) => word.length > 4 && id.includes(word)),
  );
  return close ? `; did you mean ${close.id}?` : "";
}
