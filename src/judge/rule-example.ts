import type { Effect, Severity } from "../model/report.js";
import examples from "./rule-examples.json" with { type: "json" };

/** One fixture of a rule: what a scan finds in it, and what a repair changes. `npm run docs` writes them. */
export interface RuleExample {
  /** The title of the store. */
  readonly store: string;
  /** Path of the fixture, from the root of the repository. */
  readonly fixture: string;
  /** Null for requests. */
  readonly hostVersion: string | null;
  /** The rule of the finding; another one where the damage is told by its cause. */
  readonly rule: string;
  readonly severity: Severity;
  readonly effects: readonly Effect[];
  /** Lines as in a diff: `-` before the repair, `+` after it, a blank for what stays. */
  readonly change: readonly string[];
}

const byRule = examples as Readonly<Record<string, readonly RuleExample[]>>;

/** The examples of a rule, one for each store that has a fixture of it. */
export function examplesOf(rule: string): readonly RuleExample[] {
  return byRule[rule] ?? [];
}
