import { count, plural } from "../model/numbers.js";
import type { InputReport, Readiness, ReportStream } from "../model/report.js";

/** The most rules that a line names. */
const RULES = 3;

/** Lines about the rows that the import to opencode 2 would leave out; none if it would lose nothing. */
export function* lossLines({ readiness, counts }: InputReport): Generator<string> {
  if (!readiness) return;
  const { dropped, sessionsAffected, byRule, notImported } = readiness;
  if (loses(readiness)) {
    const rows = [[dropped.messages, "message"] as const, [dropped.parts, "part"] as const]
      .filter(([number]) => number > 0)
      .map(([number, name]) => plural(number, name));
    const where = sessionsAffected > 0 ? ` of ${plural(sessionsAffected, "conversation")}` : "";
    yield `opencode 2.0 would not import ${rows.join(" and ")}${where}`;
    if (dropped.sessions > 0) yield `  of ${plural(dropped.sessions, "conversation")} nothing would be left`;
    const rules = Object.entries(byRule).map(
      ([rule, { messages, parts }]) => `${rule} ${messages > 0 ? messages : parts}`,
    );
    const more = rules.length > RULES ? `, and ${plural(rules.length - RULES, "rule")} more` : "";
    yield `  ${rules.slice(0, RULES).join(", ")}${more}`;
  }
  if (notImported === undefined) return;
  yield notImported === 0
    ? "opencode 2.0 has imported every conversation"
    : `opencode 2.0 has not imported ${count(notImported)} of ${plural(counts.sessions, "conversation")}`;
}

/** A sentence if the import would lose nothing in any file; null if it would, or if there is no file to import. */
export function readySentence({ inputs }: Pick<ReportStream, "inputs">): string | null {
  const all = inputs.flatMap(({ readiness }) => readiness ?? []);
  const ahead = all.filter(({ notImported }) => notImported === undefined);
  return ahead.length > 0 && !all.some(loses) ? "opencode 2.0 would import every row." : null;
}

function loses({ dropped }: Readiness): boolean {
  return dropped.messages + dropped.parts > 0;
}
