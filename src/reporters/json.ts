import type { ReportStream } from "../model/report.js";
import { withList } from "./json-list.js";
import type { Reporter } from "./reporter.js";
import { safeJson } from "./safe-text.js";

/** Writes the report as one JSON document. The findings come last, one by one. */
export const json: Reporter = function* (report: ReportStream) {
  const { findings, ...head } = report;
  yield* withList(head, "findings", findings);
};

/** Writes a line for each input, then a line for each finding. */
export const ndjson: Reporter = function* (report: ReportStream) {
  const { findings, inputs, ...head } = report;
  yield `${safeJson(JSON.stringify({ type: "report", ...head }))}\n`;
  for (const input of inputs) yield `${safeJson(JSON.stringify({ type: "input", ...input }))}\n`;
  for (const finding of findings) yield `${safeJson(JSON.stringify({ type: "finding", ...finding }))}\n`;
};
