import type { Finding } from "../model/report.js";
import { copiedText, type KnownError, rulesOfError } from "../providers/errors.js";

/** How well an error text fits what is predicted: word for word; but for ids and numbers; or only by its rule. */
export type Fit = "exact" | "alike" | "rule";

/** A conversation whose next request is predicted to get an error text. */
export interface ErrorMatch {
  readonly input: string;
  readonly session: string;
  readonly fit: Fit;
  readonly finding: Finding;
  /** The provider or program that says so; absent where only the rule fits. */
  readonly target?: string;
}

const FITS: readonly Fit[] = ["exact", "alike", "rule"];

/** The best match of each conversation, the best fits first, in the order of the findings. */
export function matchesOf(
  text: string,
  findings: Iterable<Finding>,
  known: readonly KnownError[],
): ErrorMatch[] {
  const copied = copiedText(text);
  const asked = { words: wordsOf(copied), mask: maskOf(copied) };
  const rules = new Set(rulesOfError(copied, known));
  const best = new Map<string, ErrorMatch>();
  for (const finding of findings) {
    const match = matchOf(finding, asked, rules);
    if (!match) continue;
    const key = `${match.input} ${match.session}`;
    const before = best.get(key);
    if (!before || FITS.indexOf(match.fit) < FITS.indexOf(before.fit)) best.set(key, match);
  }
  return [...best.values()].sort((one, other) => FITS.indexOf(one.fit) - FITS.indexOf(other.fit));
}

interface Asked {
  readonly words: string;
  readonly mask: string;
}

function matchOf(finding: Finding, asked: Asked, rules: ReadonlySet<string>): ErrorMatch | undefined {
  const { input, session, rule, effects, severity } = finding;
  if (session === null) return undefined;
  const said = effects.flatMap(({ error, target }): { fit: Fit; target: string }[] => {
    if (error === undefined) return [];
    if (holds(asked.words, wordsOf(error))) return [{ fit: "exact", target }];
    return holds(asked.mask, maskOf(error)) ? [{ fit: "alike", target }] : [];
  });
  const best = said.find(({ fit }) => fit === "exact") ?? said[0];
  if (best) return { input, session, finding, ...best };
  return rules.has(rule) && severity !== "info" ? { input, session, finding, fit: "rule" } : undefined;
}

/** Words of a text that is quoted in part must be at least this many. */
const QUOTED = 5;

/** True if the text holds the predicted one, or quotes a part of it. */
function holds(text: string, predicted: string): boolean {
  if (predicted === "" || text === "") return false;
  const isQuote = text.split(" ").length >= QUOTED && ` ${predicted} `.includes(` ${text} `);
  return isQuote || ` ${text} `.includes(` ${predicted} `);
}

/** The words of a text in lower case, without punctuation. */
function wordsOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_]+/gu, " ")
    .trim();
}

/** The words with "#" in place of ids, numbers and the placeholders that reports have for them. */
function maskOf(text: string): string {
  return wordsOf(text)
    .split(" ")
    .map((word) =>
      /\d|^n$|^(toolu|call|fc|tool|rs|msg|ses|prt)_(?!(use|result|calls?|call_id|use_id|choice)(_|$))/.test(
        word,
      )
        ? "#"
        : word,
    )
    .join(" ");
}
