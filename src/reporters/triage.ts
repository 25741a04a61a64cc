import { commandLine } from "../errors.js";
import { isServer } from "../files/postgres/name.js";
import { count, plural } from "../model/numbers.js";
import { type InputReport, isRead, type ReportStream } from "../model/report.js";
import { type Patient, type Triage, triageOf } from "../scan/triage.js";
import { createColors } from "./colors.js";
import { wrapped } from "./columns.js";
import { isMendedInPlace, repairOf, upgradeOf } from "./next-step.js";
import { lossLines } from "./readiness.js";
import type { Reporter, ReporterOptions } from "./reporter.js";
import { safeText, shorten } from "./safe-text.js";
import { again } from "./shell.js";
import { closing, tilde } from "./table.js";
import { shortAge } from "./units.js";
import { effectsSentence, titleOf } from "./wording.js";

/** The most lines of a triage. `--all` tells every conversation. */
const LINES = 24;
/** The most files that a triage names. */
const FILES = 4;
/** With so few damaged conversations, each is told in two lines. */
const FEW = 3;

/** Tells which conversations are dead, limping or well, and the next command: in 24 lines. */
export const triage: Reporter = function* (report, options) {
  const found = triageOf(report);
  if (found.dead.length + found.limping.length + found.unowned === 0 && !goneIn(report)) {
    for (const input of report.inputs) yield* troubleLines(input, options);
    yield* closing(report, 0, options);
    return;
  }
  const head = [...inputsLines(report, found, options), "", ...countLines(found, options)];
  const foot = [...footLines(report, found, options)];
  const room = options.all ? Number.POSITIVE_INFINITY : LINES - head.length - foot.length;
  for (const line of [...head, ...patientLines(found, room, report, options), ...foot]) yield `${line}\n`;
};

function goneIn({ inputs }: ReportStream): boolean {
  return inputs.some(({ gone }) => gone !== undefined);
}

/** The files, those that cannot be read and those with dead conversations first. Many files are counted. */
function inputsLines(
  { inputs }: ReportStream,
  { dead, limping }: Triage,
  options: ReporterOptions,
): string[] {
  const placeOf = ({ path, status }: InputReport) => {
    const isOf = (group: readonly Patient[]) => group.some(({ input }) => input === path);
    const place = [status !== "ok", isOf(dead), isOf(limping)].indexOf(true);
    return place < 0 ? 3 : place;
  };
  const sorted = inputs.toSorted((one, other) => placeOf(one) - placeOf(other));
  const shown = sorted.slice(0, options.all ? sorted.length : FILES);
  const more = sorted.length - shown.length;
  return [
    ...shown.flatMap((input) => [...inputLines(input, options)]),
    ...(more > 0 ? [`and ${plural(more, "more file")} (--all)`] : []),
  ];
}

function* inputLines(input: InputReport, options: ReporterOptions): Generator<string> {
  const { bold, dim } = createColors(options.color);
  const version = input.hostVersion ? ` ${input.hostVersion}` : "";
  const unknown = input.hostVersionFrom === "newest-known" ? " (newest known)" : "";
  const facts = [bold(`${input.kind}${version}`) + unknown, safeText(tilde(input.path, options.home))];
  if (isRead(input)) yield [...facts, plural(input.counts.sessions, "conversation")].join(" · ");
  for (const note of [...(input.notes ?? []), ...[...lossLines(input)].slice(0, 1)])
    for (const line of wrapped(safeText(note), options.width).split("\n")) yield dim(line);
  for (const line of troubleLines(input, options)) yield line.trimEnd();
}

function* troubleLines({ error, status }: InputReport, options: ReporterOptions): Generator<string> {
  const { red } = createColors(options.color);
  if (error && status !== "ok") yield `${red("cannot finish")}  ${safeText(error.message)}\n`;
}

function countLines({ dead, limping, well, unowned }: Triage, options: ReporterOptions): string[] {
  const { red, yellow, green } = createColors(options.color);
  const width = Math.max(
    ...[dead.length, limping.length, well, unowned].map((number) => count(number).length),
    3,
  );
  const line = (sign: string, number: number, state: string, told: string) =>
    `  ${sign} ${count(number).padStart(width)} ${state.padEnd(9)} ${shorten(told, options.width - width - 15)}`.trimEnd();
  return [
    line(red("✖"), dead.length, "dead", "the next prompt fails, it does not open, or turns are lost"),
    line(yellow("!"), limping.length, "limping", "look busy, or another version or an import refuses them"),
    line(green("✔"), well, "well", ""),
    ...(unowned > 0 ? [line(yellow("!"), unowned, "rows", "that belong to no conversation")] : []),
  ];
}

/** The damaged conversations in this many lines: the dead first, then the limping; the rest is counted by rule. */
function* patientLines(
  { dead, limping }: Triage,
  room: number,
  report: ReportStream,
  options: ReporterOptions,
): Generator<string> {
  const groups = [
    { name: "DEAD", patients: dead },
    { name: "LIMPING", patients: limping },
  ].filter(({ patients }) => patients.length > 0);
  const isFew = dead.length + limping.length <= FEW;
  let left = room;
  for (const [at, { name, patients }] of groups.entries()) {
    // A blank line, the heading, and the line of those that are folded.
    const later = groups.length - 1 - at > 0 ? 4 : 0;
    const fits = patients.length * (isFew ? 2 : 1) <= left - 2 - later;
    const shown = fits ? patients.length : Math.max(1, left - 3 - later);
    yield "";
    yield heading(name, options);
    for (const patient of patients.slice(0, shown)) yield* patientLine(patient, isFew, report, options);
    if (shown < patients.length) yield `  ${folded(patients.slice(shown), options)}`;
    left -= 2 + shown * (isFew ? 2 : 1) + (shown < patients.length ? 1 : 0);
  }
}

/** The columns of a conversation. A narrow terminal has neither folder nor count; a title takes the place of both. */
function columnsOf({ width, titles }: ReporterOptions): {
  name: number;
  id: number;
  messages: number;
  age: number;
  why: number;
} {
  const isNarrow = width < 76;
  const columns = {
    name: titles ? 18 : isNarrow ? 0 : 9,
    id: 14,
    messages: titles || isNarrow ? 0 : 9,
    age: 10,
  };
  const used = columns.name + columns.id + columns.messages + columns.age;
  return { ...columns, why: width - used - 12 };
}

function heading(name: string, options: ReporterOptions): string {
  const { bold } = createColors(options.color);
  const columns = columnsOf(options);
  const before = columns.name + columns.id + columns.messages;
  return `  ${bold(name)}${" ".repeat(before - name.length)}${"last used".padEnd(columns.age)}${"why".padEnd(columns.why + 1)}mend`;
}

function* patientLine(
  patient: Patient,
  withEffect: boolean,
  report: ReportStream,
  options: ReporterOptions,
): Generator<string> {
  const { dim } = createColors(options.color);
  const columns = columnsOf(options);
  const { note, worst } = patient;
  const padded = (text: string, width: number) =>
    width === 0 ? "" : shorten(safeText(text), width - 1).padEnd(width);
  const name = note?.title !== undefined ? `"${note.title}"` : (note?.folder ?? "");
  const more = patient.rules.length > 1 ? ` +${patient.rules.length - 1}` : "";
  const why = shorten(titleOf(worst.rule), columns.why - more.length) + more;
  const messages = note ? `${count(note.messages)} msgs` : "";
  yield `  ${padded(name, columns.name)}${padded(patient.session, columns.id)}${padded(messages.padStart(columns.messages - 1), columns.messages)}${padded(note ? shortAge(note.updated, options.now) : "", columns.age)}${why.padEnd(columns.why + 1)}${mendWord(patient, report)}`;
  if (withEffect) yield dim(`    ${shorten(effectsSentence(worst), options.width - 4)}`);
}

function mendWord({ safety, worst }: Patient, report: ReportStream): string {
  if (safety === "safe") return "safe";
  if (safety === "unsafe") return "--unsafe";
  return upgradeOf(worst, report) ? "upgrade" : "none";
}

/** "… 4 more: 2 invalid part, 1 lone surrogate (--all)" */
function folded(patients: readonly Patient[], options: ReporterOptions): string {
  const byRule = new Map<string, number>();
  for (const { worst } of patients) byRule.set(worst.rule, (byRule.get(worst.rule) ?? 0) + 1);
  const rules = [...byRule]
    .sort(([, one], [, other]) => other - one)
    .map(([rule, number]) => `${count(number)} ${titleOf(rule)}`);
  return `${shorten(`… ${count(patients.length)} more: ${rules.join(", ")}`, options.width - 11)}  (--all)`;
}

function* footLines(
  report: ReportStream,
  { dead, limping }: Triage,
  options: ReporterOptions,
): Generator<string> {
  const { bold, dim } = createColors(options.color);
  const gone = report.inputs.flatMap(({ gone: found = [] }) => found);
  if (gone.length > 0) yield "";
  for (const { directory, sessions } of gone.slice(0, 2))
    yield dim(
      `  ${plural(sessions, "conversation")} of ${safeText(tilde(directory, options.home))}, which is gone: ${again(["repair", "--relink", `${directory}=NEW`])}`,
    );
  if (gone.length > 2)
    yield dim(`  and of ${plural(gone.length - 2, "other directory").replace(/ys$/, "ies")} (--format json)`);
  if (dead.length + limping.length === 0 || options.quiet) return;
  yield "";
  const safe = dead.filter(({ safety }) => safety === "safe").length;
  const holders = report.inputs.flatMap(({ holders: found = [] }) => found);
  const held = holders.map(({ name, pid }) => `${safeText(name)} (pid ${pid})`).slice(0, 2);
  const { skipped } = report;
  const told = [
    ...(dead.length > 0 ? [`${count(safe)} of ${count(dead.length)} dead can be mended safely.`] : []),
    ...(held.length > 0 ? [`Open in ${held.join(", ")}: close it before a repair.`] : []),
    ...(skipped ? [`${plural(skipped, "file")} of no known kind skipped.`] : []),
  ];
  for (const sentence of told) yield `  ${shorten(sentence, options.width - 2)}`;
  const worst = dead.find((patient) => patient.safety === "safe") ?? dead[0] ?? limping[0];
  if (!worst) return;
  yield `  Next: ${bold(nextStep(worst, report, options))}`;
  const hints = ["  each finding: --long", `    what and why: doctor explain ${worst.worst.rule}`];
  yield dim(hints.join("").length > options.width ? (hints[0] ?? "") : hints.join(""));
}

function nextStep(patient: Patient, report: ReportStream, { isFound }: ReporterOptions): string {
  const { worst, safety, state, input } = patient;
  const canHeal = isMendedInPlace(input, report) && !isServer(input);
  if (state === "dead" && safety === "safe" && canHeal)
    return isFound ? "doctor heal" : commandLine("heal", input);
  if (safety !== "none") return repairOf(worst, report);
  return upgradeOf(worst, report) ?? commandLine("inspect", input, "--session", patient.session);
}
