import type { Finding, ReportStream } from "../model/report.js";
import { withList } from "./json-list.js";
import type { Reporter } from "./reporter.js";
import { effectsSentence, titleOf } from "./wording.js";

/** Writes the report as one JSON document. The findings come last, one by one. */
export const json: Reporter = function* (report: ReportStream) {
  const { findings, ...head } = report;
  yield* withList(head, "findings", worded(findings));
};

/** A finding with words for a person. */
export interface Worded extends Finding {
  /** The damage in a few words. */
  title: string;
  /** The effects in one sentence. */
  summary: string;
}

function* worded(findings: Iterable<Finding>): Generator<Worded> {
  for (const finding of findings)
    yield { ...finding, title: titleOf(finding.rule), summary: effectsSentence(finding) };
}
