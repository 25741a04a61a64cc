import { only } from "../model/findings.js";
import type { Finding, Findings, InputReport } from "../model/report.js";
import type { Reporter } from "./reporter.js";
import { safeText } from "./safe-text.js";
import { effectsSentence, evidenceWords, titleOf } from "./wording.js";

/** JUnit XML: a suite for each input, a case for each finding; one passing case where there is none. */
export const junit: Reporter = function* (report, options) {
  yield '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="session-doctor">\n';
  for (const input of report.inputs) {
    const findings = only(report.findings, (finding) => finding.input === input.path);
    yield* suite(input, findings, options.show);
  }
  yield "</testsuites>\n";
};

function* suite(input: InputReport, findings: Findings, show: string): Generator<string> {
  const { length } = findings;
  const failures = only(findings, (finding) => isFailure(finding, show)).length;
  const errors = input.error ? 1 : 0;
  yield `  <testsuite name="${xml(input.path)}" tests="${Math.max(1, length + errors)}" failures="${failures}" errors="${errors}">\n`;
  if (length === 0 && !input.error)
    yield `    <testcase name="no damage found" classname="session-doctor"/>\n`;
  if (input.error)
    yield `    <testcase name="read" classname="session-doctor"><error message="${xml(input.error.message)}"/></testcase>\n`;
  for (const finding of findings) {
    const place = finding.part ?? finding.message ?? finding.session ?? "";
    yield `    <testcase name="${xml(`${finding.rule} ${place}`)}" classname="${xml(finding.session ?? "session-doctor")}">`;
    const words = xml([effectsSentence(finding), evidenceWords(finding)].filter(Boolean).join(". "));
    yield isFailure(finding, show)
      ? `<failure type="${finding.severity}" message="${xml(titleOf(finding.rule))}">${words}</failure>`
      : `<system-out>${words}</system-out>`;
    yield "</testcase>\n";
  }
  yield "  </testsuite>\n";
}

function isFailure(finding: Finding, show: string): boolean {
  return (
    finding.severity === "error" || (finding.severity === "warning" && show !== "error") || show === "info"
  );
}

function xml(text: string): string {
  return safeText(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
