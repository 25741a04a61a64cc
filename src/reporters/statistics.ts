import { count } from "../model/numbers.js";
import type { Finding, Severity } from "../model/report.js";
import { createColors } from "./colors.js";
import type { Reporter } from "./reporter.js";
import { closing } from "./table.js";

interface Counted {
  readonly grades: Record<Severity, number>;
  readonly conversations: Set<string>;
}

/** Counts the findings by rule, the worst and the most frequent first. */
export const statistics: Reporter = function* (report, options) {
  const { bold } = createColors(options.color);
  const rules = new Map<string, Counted>();
  for (const finding of report.findings) add(rules, finding);
  const width = Math.max(4, ...[...rules.keys()].map((rule) => rule.length)) + 2;
  const line = (cells: readonly string[]) => cells.map((cell) => cell.padStart(14)).join("");
  if (rules.size > 0)
    yield `${bold(`${"rule".padEnd(width)}${line(["errors", "warnings", "notes", "conversations"])}`)}\n`;
  const sorted = [...rules].sort(
    ([, { grades: one }], [, { grades: other }]) =>
      other.error - one.error || other.warning - one.warning || other.info - one.info,
  );
  for (const [rule, { grades, conversations }] of sorted)
    yield `${rule.padEnd(width)}${line([grades.error, grades.warning, grades.info, conversations.size].map(count))}\n`;
  if (rules.size > 0) yield "\n";
  yield* closing(report, report.findings.length, { ...options, quiet: true });
};

function add(rules: Map<string, Counted>, { rule, severity, input, session }: Finding): void {
  const counted = rules.get(rule) ?? {
    grades: { error: 0, warning: 0, info: 0 },
    conversations: new Set<string>(),
  };
  rules.set(rule, counted);
  counted.grades[severity]++;
  if (session !== null) counted.conversations.add(`${input} ${session}`);
}
