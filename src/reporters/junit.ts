import { only } from "../model/findings.js";
import type { Finding, Findings, InputReport } from "../model/report.js";
import type { Reporter } from "./reporter.js";
import { safeText } from "./safe-text.js";
import { effectsSentence, evidenceWords, titleOf } from "./wording.js";

/** Writes JUnit XML: a suite for each input, a case for each finding, and a passing case if there is none. */
export const junit: Reporter = function* (report, options) {
  yield '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="session-doctor">\n';
  const counts = countsOf(report.findings, options.show);
  for (const input of report.inputs)
    yield* suite(input, report.findings, counts.get(input.path) ?? { tests: 0, failures: 0 }, options.show);
  yield "</testsuites>\n";
};

interface Counts {
  tests: number;
  failures: number;
}

/** Counts of tests and failures, by the path of the input. */
function countsOf(findings: Findings, show: string): Map<string, Counts> {
  const counts = new Map<string, Counts>();
  for (const finding of findings) {
    const own = counts.get(finding.input) ?? { tests: 0, failures: 0 };
    counts.set(finding.input, own);
    own.tests++;
    if (isFailure(finding, show)) own.failures++;
  }
  return counts;
}

/** `all`: the findings of every input. */
function* suite(
  input: InputReport,
  all: Findings,
  { tests, failures }: Counts,
  show: string,
): Generator<string> {
  const errors = input.error ? 1 : 0;
  yield `  <testsuite name="${xml(input.path)}" tests="${Math.max(1, tests + errors)}" failures="${failures}" errors="${errors}">\n`;
  if (tests === 0 && !input.error)
    yield `    <testcase name="no damage found" classname="session-doctor"/>\n`;
  if (input.error)
    yield `    <testcase name="read" classname="session-doctor"><error message="${xml(input.error.message)}"/></testcase>\n`;
  const own = tests > 0 ? only(all, (finding) => finding.input === input.path) : [];
  for (const finding of own) {
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
