import { plural } from "../model/numbers.js";
import { type Finding, type Findings, SEVERITIES } from "../model/report.js";
import type { Reporter } from "./reporter.js";
import { safeText } from "./safe-text.js";
import { effectsSentence, titleOf } from "./wording.js";

const COMMAND = { error: "error", warning: "warning", info: "notice" } as const;
/** GitHub shows ten annotations of each kind for a step. The tenth tells how many more there are. */
const SHOWN = 9;

/** Writes GitHub Actions annotations: one for each conversation and rule, within GitHub's limits. */
export const github: Reporter = function* (report) {
  for (const { path, error } of report.inputs)
    if (error) yield command("error", { input: path }, "could not finish", error.message);
  const all = grouped(report.findings);
  for (const severity of SEVERITIES) {
    const groups = all.filter(({ first }) => first.severity === severity);
    for (const { first, count } of groups.slice(0, SHOWN)) {
      const more = count > 1 ? ` (${plural(count, "row")})` : "";
      yield command(
        COMMAND[severity],
        first,
        first.rule,
        `${titleOf(first.rule)} in ${first.session ?? "the file"}${more}: ${effectsSentence(first)}`,
      );
    }
    if (groups.length > SHOWN)
      yield command(
        COMMAND[severity],
        null,
        "session-doctor",
        `${groups.length - SHOWN} more of this severity; the job summary lists them`,
      );
  }
};

interface Group {
  readonly first: Finding;
  count: number;
}

function grouped(findings: Findings): Group[] {
  const groups = new Map<string, Group>();
  for (const finding of findings) {
    const key = JSON.stringify([finding.severity, finding.input, finding.session, finding.rule]);
    const group = groups.get(key);
    if (group) group.count++;
    else groups.set(key, { first: finding, count: 1 });
  }
  return [...groups.values()];
}

/** One annotation. `at`: the file, with line and column if they are known; null if no file is concerned. */
function command(
  name: string,
  at: Pick<Finding, "input" | "location"> | null,
  title: string,
  message: string,
): string {
  const properties = [
    at && `file=${property(at.input)}`,
    at?.location && `line=${at.location.line},col=${at.location.column}`,
    `title=${property(title)}`,
  ];
  return `::${name} ${properties.filter(Boolean).join(",")}::${data(message)}\n`;
}

function data(text: string): string {
  return safeText(text).replaceAll("%", "%25").replaceAll("::", ":%3A");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
