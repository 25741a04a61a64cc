import type { Finding, InputReport } from "../model/report.js";
import type { Reporter } from "./reporter.js";
import { safeText } from "./safe-text.js";
import { effectsSentence, evidenceWords, titleOf } from "./wording.js";

/** JUnit XML: a suite for each input, a case for each finding; one passing case where there is none. */
export const junit: Reporter = function* (report, options) {
  yield '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="session-doctor">\n';
  for (const input of report.inputs) {
    const findings = report.findings.filter((finding) => finding.input === input.path);
    yield* suite(input, findings, options.show);
  }
  yield "</testsuites>\n";
};

function* suite(input: InputReport, findings: readonly Finding[], show: string): Generator<string> {
  const failures = findings.filter((finding) => isFailure(finding, show));
  const errors = input.error ? 1 : 0;
  yield `  <testsuite name="${xml(input.path)}" tests="${Math.max(1, findings.length + errors)}" failures="${failures.length}" errors="${errors}">\n`;
  if (findings.length === 0 && !input.error)
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
