import type { Report } from "../model/report.js";
import type { Reporter } from "./reporter.js";
import { safeJson } from "./safe-text.js";

/** The report as one JSON document, findings last and one by one. */
export const json: Reporter = function* (report: Report) {
  const { findings, ...head } = report;
  const opening = JSON.stringify(head, null, 2);
  yield `${safeJson(opening.slice(0, -2))},\n  "findings": [`;
  let separator = "\n";
  for (const finding of findings) {
    yield `${separator}    ${safeJson(JSON.stringify(finding))}`;
    separator = ",\n";
  }
  yield findings.length > 0 ? "\n  ]\n}\n" : "]\n}\n";
};

/** One finding a line, after a line for each input. */
export const ndjson: Reporter = function* (report: Report) {
  const { findings, inputs, ...head } = report;
  yield `${safeJson(JSON.stringify({ type: "report", ...head }))}\n`;
  for (const input of inputs) yield `${safeJson(JSON.stringify({ type: "input", ...input }))}\n`;
  for (const finding of findings) yield `${safeJson(JSON.stringify({ type: "finding", ...finding }))}\n`;
};
