import type { Finding, InputReport, ReportStream } from "../model/report.js";
import { findingLines, inputLine, type LineTerms, summaryLine } from "../reporters/ndjson.js";
import type { Found, Sink } from "../scan/sink.js";
import { type Output, openOutput } from "./output.js";

/** Writes each finding as it is found, and counts it. */
class LineStream implements Sink {
  readonly summary = { error: 0, warning: 0, info: 0, sessionsAffected: 0, unread: 0 };
  accepted = 0;
  isClosed = false;
  readonly #output: Output;
  readonly #terms: LineTerms;
  readonly #isFresh: (finding: Finding) => boolean;
  /** The affected conversations of the input at hand. */
  #affected = new Set<string>();

  constructor(output: Output, terms: LineTerms, isFresh: (finding: Finding) => boolean) {
    this.#output = output;
    this.#terms = terms;
    this.#isFresh = isFresh;
  }

  async take({ input, findings, sessions }: Found): Promise<void> {
    const fresh = findings.filter(this.#isFresh);
    this.accepted += findings.length - fresh.length;
    // Each captured request has a name of its own, and all of its findings come at once.
    const affected = input.kind === "request" ? new Set<string>() : this.#affected;
    for (const { severity, session } of fresh) {
      this.summary[severity]++;
      if (severity === "info" || session === null || affected.has(session)) continue;
      affected.add(session);
      this.summary.sessionsAffected++;
    }
    await this.#write(findingLines(fresh, sessions, input, this.#terms));
  }

  async end(input: InputReport): Promise<void> {
    this.#affected.clear();
    await this.#write([inputLine(input, this.#terms)]);
  }

  async finish(head: Parameters<typeof summaryLine>[0]): Promise<void> {
    await this.#write([summaryLine(head, this.#terms)]);
  }

  async #write(lines: Iterable<string>): Promise<void> {
    if (!this.isClosed) this.isClosed = !(await this.#output.write(lines));
  }
}

/** A report whose findings are written already; only their numbers are left. */
export type WrittenReport = Omit<ReportStream, "findings">;

/**
 * Scans and writes the report as NDJSON while the scan goes on. If the reader goes away, the scan ends.
 * @throws DoctorError READ_ONLY, EXISTS
 */
export async function writeLines(
  scan: (sink: Sink) => Promise<ReportStream>,
  output: string | undefined,
  terms: LineTerms,
  isFresh: (finding: Finding) => boolean = () => true,
): Promise<WrittenReport> {
  const to = openOutput(output);
  try {
    const lines = new LineStream(to, terms, isFresh);
    const { findings: _, ...head } = await scan(lines);
    const report = {
      ...head,
      summary: { ...lines.summary, unread: head.summary.unread },
      ...(lines.accepted > 0 && { accepted: lines.accepted }),
    };
    await lines.finish(report);
    to.keep();
    return report;
  } finally {
    to.drop();
  }
}
