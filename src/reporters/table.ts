import { firstOf } from "../model/findings.js";
import { count, plural } from "../model/numbers.js";
import {
  type Finding,
  type InputReport,
  isRead,
  type ReportStream,
  SEVERITIES,
  type SessionNote,
  type Severity,
} from "../model/report.js";
import { createColors } from "./colors.js";
import { inColumns } from "./columns.js";
import { repairOf, upgradeOf } from "./next-step.js";
import { lossLines, readySentence } from "./readiness.js";
import type { Reporter, ReporterOptions } from "./reporter.js";
import { safeText, shorten } from "./safe-text.js";
import { SAME_RULE, type Section, sectionsOf, type Told } from "./sections.js";
import { sizeLines } from "./size.js";
import { age, bytes } from "./units.js";
import { effectsSentence, evidenceWords, titleOf } from "./wording.js";

/** Writes the damage by conversation, and the next command. A scan without findings is one line. */
export const table: Reporter = function* (report, options) {
  const sections = sectionsOf(report.findings, options.show);
  for (const input of report.inputs) yield* inputSection(input, sections.get(input.path), options);
  const shown = [...sections.values()].reduce((sum, section) => sum + section.findings, 0);
  yield* closing(report, shown, options);
};

function* inputSection(
  input: InputReport,
  section: Section | undefined,
  options: ReporterOptions,
): Generator<string> {
  const { bold, dim, red } = createColors(options.color);
  const path = safeText(tilde(input.path, options.home));
  if (input.error && input.status !== "ok")
    yield `${red("cannot finish")}  ${safeText(input.error.message)}\n`;
  const losses = [...lossLines(input)];
  if (!section && losses.length === 0 && !input.size) return;
  const version = input.hostVersion
    ? ` ${input.hostVersion}${input.hostVersionFrom === "newest-known" ? " (newest known)" : ""}`
    : "";
  const within = input.wrappers ? ` in a ${input.wrappers.join(", ")}` : "";
  yield `${bold(path)}\n${dim(`${input.host ?? input.kind}${within}${version} · ${plural(input.counts.sessions, "conversation")}`)}\n`;
  for (const note of [...(input.notes ?? []), ...losses]) yield `${dim(safeText(note))}\n`;
  if (input.size) for (const line of sizeLines(input.size, options.width)) yield `${line}\n`;
  const notes = new Map((input.sessions ?? []).map((note) => [note.id, note]));
  for (const [session, told] of section?.conversations ?? [])
    yield* conversation(session, notes.get(session ?? ""), told, options);
  if (section?.folded.size)
    yield `\n  ${dim(`… and ${count(section.folded.size)} more conversations (--format json lists them all)`)}\n`;
  yield "\n";
}

function* conversation(
  session: string | null,
  note: SessionNote | undefined,
  { findings, seen }: Told,
  options: ReporterOptions,
): Generator<string> {
  const { bold, dim } = createColors(options.color);
  const facts = note
    ? [age(note.updated, options.now), plural(note.messages, "message"), bytes(note.size)]
    : [];
  const name =
    note?.title !== undefined
      ? `"${shorten(safeText(note.title), 40)}"`
      : note?.folder
        ? safeText(note.folder)
        : null;
  yield `\n  ${bold([name, ...facts].filter(Boolean).join(" · ") || "not in any conversation")}\n`;
  if (session !== null) yield `  ${dim(safeText(session))}\n`;
  const rows = findings.map((finding) => findingRow(finding, options));
  for (const [key, number] of seen)
    if (number > SAME_RULE)
      rows.push(["", dim(`… and ${count(number - SAME_RULE)} more ${key.split(" ")[0]}`)]);
  yield `${indent(inColumns(rows, [12, options.width - 15]))}\n`;
}

function findingRow(finding: Finding, options: ReporterOptions): string[] {
  const { dim } = createColors(options.color);
  const place =
    finding.position !== undefined
      ? `position ${finding.position}`
      : safeText(finding.part ?? finding.message ?? finding.session ?? "");
  const details = evidenceWords(finding);
  return [
    paint(finding.severity, options.color),
    `${titleOf(finding.rule)} ${dim(`[${finding.rule}]`)}\n${effectsSentence(finding)}\n${dim([place, details].filter(Boolean).join(" · "))}`,
  ];
}

function paint(severity: Severity, color: boolean): string {
  const { red, yellow, cyan } = createColors(color);
  return { error: red, warning: yellow, info: cyan }[severity](severity);
}

/** The last lines: totals, and what could not be told. */
export function* closing(report: ReportStream, shown: number, options: ReporterOptions): Generator<string> {
  const { summary, inputs } = report;
  const { bold, green, dim } = createColors(options.color);
  const sessions = inputs.reduce((sum, input) => sum + input.counts.sessions, 0);
  const where = `${plural(sessions, "conversation")} (${plural(inputs.length, "file")})`;
  const hidden = report.findings.length - shown;
  const skipped = report.skipped && dim(`${plural(report.skipped, "file")} of no known kind skipped.`);
  const hint = hidden > 0 && dim(`${plural(hidden, "note")} of lower severity not shown (--severity info)`);
  const ready = readySentence(report);
  if (shown === 0) {
    // The section of the input has already told why it could not be read.
    if (report.incomplete && (sessions === 0 || !report.inputs.some(isRead))) {
      if (skipped) yield `${skipped}\n`;
      return;
    }
    const none = options.filtered
      ? "No damage of the chosen kinds found"
      : report.accepted
        ? "No new damage found"
        : "No damage found";
    const known = report.accepted && dim(`${count(report.accepted)} accepted by the baseline.`);
    const said = report.incomplete ? `${none} in the readable part of` : `${green(none)} in`;
    yield `${[`${said} ${where}.`, known, ready, skipped, hint].filter(Boolean).join(" ")}\n`;
    return;
  }
  const found = [
    plural(summary.error, "error"),
    plural(summary.warning, "warning"),
    plural(summary.info, "note"),
  ].join(", ");
  const said = `${bold(found)} in ${count(summary.sessionsAffected)} of ${where}.`;
  yield `${[said, skipped, ready, hint].filter(Boolean).join("\n")}\n`;
  if (!options.quiet) yield* nextCommand(report, options);
}

function* nextCommand(report: ReportStream, options: ReporterOptions): Generator<string> {
  const { bold } = createColors(options.color);
  const mendable =
    firstOf(report.findings, ({ repair, severity }) => repair.safety === "safe" && severity !== "info") ??
    firstOf(report.findings, ({ rule }) => rule === "missing-tool-calls");
  const level = SEVERITIES.find((severity) => report.summary[severity] > 0);
  const worst = firstOf(report.findings, ({ severity }) => severity === level);
  const upgrade = worst && upgradeOf(worst, report);
  const steps = [
    ...(mendable ? [bold(repairOf(mendable, report, options.choice))] : upgrade ? [bold(upgrade)] : []),
    ...(worst ? [`doctor explain ${worst.rule}`] : []),
  ];
  yield* steps.map((step, at) => `${at === 0 ? "Next: " : "      "}${step}\n`);
}

/** The path with the home folder as "~". */
export function tilde(path: string, home: string | undefined): string {
  return home && path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
}

function indent(text: string): string {
  return text
    .split("\n")
    .map((line) => `    ${line}`.trimEnd())
    .join("\n");
}
