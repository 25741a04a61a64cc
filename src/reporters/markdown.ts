import { firstOf, only } from "../model/findings.js";
import { plural } from "../model/numbers.js";
import { type Finding, rank } from "../model/report.js";
import type { Reporter } from "./reporter.js";
import { safeText } from "./safe-text.js";
import { effectsSentence, evidenceWords, titleOf } from "./wording.js";

/** Writes a Markdown table for a pull request or a job summary. Text from files is escaped. */
export const markdown: Reporter = function* (report, options) {
  const { error, warning, info } = report.summary;
  yield `## session-doctor: ${plural(error, "error")}, ${plural(warning, "warning")}, ${plural(info, "note")}\n\n`;
  for (const { error: failure } of report.inputs)
    if (failure) yield `- could not finish: ${text(failure.message)}\n`;
  const isShown = ({ severity }: Finding) => rank[severity] <= rank[options.show];
  if (!firstOf(report.findings, isShown)) {
    yield report.incomplete ? "\nNo damage found in the part that could be read.\n" : "No damage found.\n";
    return;
  }
  yield "\n| severity | rule | where | effects |\n|---|---|---|---|\n";
  for (const finding of only(report.findings, isShown)) yield row(finding);
};

function row(finding: Finding): string {
  const place = [finding.input, finding.session, finding.part ?? finding.message]
    .filter((part): part is string => Boolean(part))
    .map(text)
    .join("<br>");
  const words = [titleOf(finding.rule), effectsSentence(finding), evidenceWords(finding)]
    .filter(Boolean)
    .map(text)
    .join("<br>");
  return `| ${finding.severity} | ${finding.rule} | ${place} | ${words} |\n`;
}

/** Replaces every character with a meaning in Markdown or HTML by an entity. */
function text(value: string): string {
  return safeText(value).replace(/[&<>|`*_[\]()#!~\\@:]/g, (character) => `&#${character.charCodeAt(0)};`);
}
