import type { Finding, ReportStream } from "../model/report.js";
import { withList } from "./json-list.js";
import type { Reporter } from "./reporter.js";
import { safeJson } from "./safe-text.js";
import { effectsSentence, titleOf } from "./wording.js";

/** Writes the report as one JSON document. The findings come last, one by one. */
export const json: Reporter = function* (report: ReportStream) {
  const { findings, ...head } = report;
  yield* withList(head, "findings", worded(findings));
};

/** The findings with words for a person: the damage, and its effects. */
function* worded(findings: Iterable<Finding>): Generator<Finding & { title: string; summary: string }> {
  for (const finding of findings)
    yield { ...finding, title: titleOf(finding.rule), summary: effectsSentence(finding) };
}

/** Writes a line for each input, then a line for each finding. */
export const ndjson: Reporter = function* (report: ReportStream) {
  const { findings, inputs, ...head } = report;
  yield `${safeJson(JSON.stringify({ type: "report", ...head }))}\n`;
  for (const input of inputs) yield `${safeJson(JSON.stringify({ type: "input", ...input }))}\n`;
  for (const finding of worded(findings))
    yield `${safeJson(JSON.stringify({ type: "finding", ...finding }))}\n`;
};
