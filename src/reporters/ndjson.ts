import type { Finding, InputReport, ReportStream, SessionNote } from "../model/report.js";
import type { Reporter, ReporterOptions } from "./reporter.js";
import { safeJson } from "./safe-text.js";
import { effectsSentence, titleOf } from "./wording.js";

/** The facts that every line of one scan repeats: rows of many scans are told apart in one table. */
export type LineTerms = Pick<ReporterOptions, "now" | "machine">;
type InputFacts = Pick<InputReport, "path" | "kind" | "hostVersion">;

function line(type: string, { now, machine }: LineTerms, ...facts: object[]): string {
  const begin = { type, schemaVersion: 1, time: new Date(now).toISOString(), ...(machine && { machine }) };
  return `${safeJson(JSON.stringify(Object.assign(begin, ...facts)))}\n`;
}

function factsOf({ path, kind, hostVersion }: InputFacts): object {
  return { store: kind, database: path, hostVersion };
}

export function findingLine({ input: _, ...finding }: Finding, input: InputFacts, terms: LineTerms): string {
  const words = { title: titleOf(finding.rule), summary: effectsSentence(finding) };
  return line("finding", terms, factsOf(input), finding, words);
}

export function sessionLine({ id, ...note }: SessionNote, input: InputFacts, terms: LineTerms): string {
  return line("session", terms, factsOf(input), { session: id }, note);
}

export function inputLine(input: InputReport, terms: LineTerms): string {
  const { path: _, kind: __, sessions: ___, ...rest } = input;
  return line("input", terms, factsOf(input), rest);
}

export function summaryLine(
  {
    tool,
    incomplete,
    skipped,
    skippedFiles,
    accepted,
    shards,
    summary,
  }: Omit<ReportStream, "findings" | "inputs">,
  terms: LineTerms,
): string {
  return line("summary", terms, { tool, incomplete, skipped, skippedFiles, accepted, shards, summary });
}

/** The lines of some findings; the note of a conversation stands before its first finding, if it has one. */
export function* findingLines(
  findings: Iterable<Finding>,
  sessions: readonly SessionNote[],
  input: InputFacts,
  terms: LineTerms,
): Generator<string> {
  const notes = new Map<string, SessionNote[]>();
  for (const note of sessions) notes.set(note.id, [...(notes.get(note.id) ?? []), note]);
  for (const finding of findings) {
    const id = finding.session ?? "";
    for (const note of notes.get(id) ?? []) yield sessionLine(note, input, terms);
    notes.delete(id);
    yield findingLine(finding, input, terms);
  }
  for (const note of [...notes.values()].flat()) yield sessionLine(note, input, terms);
}

/** Writes a line for each finding, one for each input after its findings, and the summary last. */
export const ndjson: Reporter = function* ({ findings, inputs, ...head }, options) {
  const all = findings[Symbol.iterator]();
  let next = all.next();
  for (const input of inputs) {
    const own = function* (): Generator<Finding> {
      for (; !next.done && next.value.input === input.path; next = all.next()) yield next.value;
    };
    yield* findingLines(own(), input.sessions ?? [], input, options);
    yield inputLine(input, options);
  }
  yield summaryLine(head, options);
};
