import { only } from "../model/findings.js";
import { type Finding, type Findings, type InputReport, rank, type Severity } from "../model/report.js";
import type { Reporter } from "./reporter.js";
import { safeText } from "./safe-text.js";
import { effectsSentence, evidenceWords, titleOf } from "./wording.js";

/** Writes JUnit XML: a suite for each input, a case for each finding, and a passing case if there is none. */
export const junit: Reporter = function* (report, options) {
  yield '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="session-doctor">\n';
  const { failOn = "error" } = options;
  const counts = countsOf(report.findings, failOn);
  for (const input of report.inputs)
    yield* suite(input, report.findings, counts.get(input.path) ?? { tests: 0, failures: 0 }, failOn);
  const stale = options.stale ?? [];
  if (stale.length > 0) {
    yield `  <testsuite name="baseline" tests="${stale.length}" failures="${stale.length}" errors="0">\n`;
    for (const { rule, session } of stale)
      yield `    <testcase name="${xml(`${rule} is gone`)}" classname="${xml(session ?? "session-doctor")}"><failure message="stale in the baseline"/></testcase>\n`;
    yield "  </testsuite>\n";
  }
  if (report.incomplete && report.inputs.every(({ status }) => status === "ok"))
    yield `  <testsuite name="session-doctor" tests="1" failures="0" errors="1">\n    <testcase name="read" classname="session-doctor"><error message="not every input was read"/></testcase>\n  </testsuite>\n`;
  yield "</testsuites>\n";
};

interface Counts {
  tests: number;
  failures: number;
}

/** Counts of tests and failures, by the path of the input. */
function countsOf(findings: Findings, failOn: Severity): Map<string, Counts> {
  const counts = new Map<string, Counts>();
  for (const finding of findings) {
    const own = counts.get(finding.input) ?? { tests: 0, failures: 0 };
    counts.set(finding.input, own);
    own.tests++;
    if (isFailure(finding, failOn)) own.failures++;
  }
  return counts;
}

/** `all`: the findings of every input. */
function* suite(
  input: InputReport,
  all: Findings,
  { tests, failures }: Counts,
  failOn: Severity,
): Generator<string> {
  const errors = input.status === "ok" ? 0 : 1;
  yield `  <testsuite name="${xml(input.path)}" tests="${Math.max(1, tests + errors)}" failures="${failures}" errors="${errors}">\n`;
  if (tests === 0 && errors === 0)
    yield `    <testcase name="no damage found" classname="session-doctor"/>\n`;
  if (errors > 0)
    yield `    <testcase name="read" classname="session-doctor"><error message="${xml(input.error?.message ?? input.status)}"/></testcase>\n`;
  const own = tests > 0 ? only(all, (finding) => finding.input === input.path) : [];
  for (const finding of own) {
    const place = finding.part ?? finding.message ?? finding.session ?? "";
    yield `    <testcase name="${xml(`${finding.rule} ${place}`)}" classname="${xml(finding.session ?? "session-doctor")}">`;
    const words = xml([effectsSentence(finding), evidenceWords(finding)].filter(Boolean).join(". "));
    yield isFailure(finding, failOn)
      ? `<failure type="${finding.severity}" message="${xml(titleOf(finding.rule))}">${words}</failure>`
      : `<system-out>${words}</system-out>`;
    yield "</testcase>\n";
  }
  yield "  </testsuite>\n";
}

/** A finding fails its case exactly if it decides the exit code. */
function isFailure({ severity }: Finding, failOn: Severity): boolean {
  return rank[severity] <= rank[failOn];
}

function xml(text: string): string {
  return safeText(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
