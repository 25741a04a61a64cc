import { createHash } from "node:crypto";
import { addTo } from "../../model/group.js";
import { count, plural } from "../../model/numbers.js";
import { type Finding, type InputReport, type ReportStream, rank } from "../../model/report.js";
import type { Patient, Triage } from "../../scan/triage.js";
import { clockOf } from "../local-time.js";
import { lossLines } from "../readiness.js";
import type { Reporter, ReporterOptions } from "../reporter.js";
import { tilde } from "../table.js";
import { effectsSentence, titleOf } from "../wording.js";
import { caseSection } from "./case.js";
import { type Filters, filtersOf } from "./filters.js";
import { html, type Markup } from "./markup.js";
import { listedOf, type PageParts, PICTURES, partsOf, picturedOf } from "./parts.js";
import { restTable } from "./rest.js";
import { strip } from "./strip.js";
import { SCRIPT, STYLE } from "./style.js";
import { treemaps } from "./treemap.js";

/** The most inputs, inputs that are not folded, notes of an input, and rows without a conversation that the page names. */
const INPUTS = 100;
const SHOWN = 4;
const NOTES = 4;
const UNOWNED = 20;

/** Writes one page that needs no network and no script; what it shows beside the report comes in `options.page`. */
export const page: Reporter = function* (report, options) {
  const parts = options.page ?? partsOf(report);
  const { triage } = parts;
  const pictured = picturedOf(triage);
  const listed = listedOf(triage);
  const filters = filtersOf([...pictured, ...listed.rows]);
  const clock = clockOf(options.timeZone);
  yield `${head(triage, filters)}\n`;
  yield html`<body>
<a class="skip" href="#cases">Skip to the conversations</a>
<header><p class="brand">session-doctor ${report.tool.version} · ${clock.day(options.now)}, ${clock.time(options.now).slice(0, 5)} (${clock.zone})</p><h1>${headline(triage, report)}</h1>${inputList(report, triage, options)}</header>
<main>
${totals(triage)}${strip(parts.sessions, clock)}${filters.form}`.text;
  yield '<div id="cases">\n';
  yield* caseSections(pictured, parts, report, filters, options);
  yield "</div>\n";
  yield restTable(listed, report, filters, options).text;
  yield unowned(report).text;
  yield treemaps(report.inputs, options.home).text;
  yield `</main>\n${footer(report, options).text}\n<script>${SCRIPT}</script>\n</body>\n</html>\n`;
};

/** Only the style and the script of the page, which it knows by their hashes, may do anything. */
function head(triage: Triage, filters: Filters): string {
  const style = `${STYLE}${filters.style}\n`;
  const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  const policy = `default-src 'none'; style-src ${hash(style)}; script-src ${hash(SCRIPT)}; base-uri 'none'; form-action 'none'`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta http-equiv="Content-Security-Policy" content="${policy}"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta name="color-scheme" content="light dark"/>
<title>${triage.dead.length} dead, ${triage.limping.length} limping, ${triage.well} well: session-doctor</title>
<style>${style}</style>
</head>`;
}

function headline({ dead, limping, unowned: rows }: Triage, { incomplete }: ReportStream): string {
  const some = [
    ...(dead.length > 0
      ? [`${plural(dead.length, "conversation")} ${dead.length === 1 ? "is" : "are"} dead`]
      : []),
    ...(limping.length > 0
      ? [
          `${dead.length > 0 ? count(limping.length) : plural(limping.length, "conversation")} ${limping.length === 1 ? "limps" : "limp"}`,
        ]
      : []),
  ];
  if (some.length > 0) return `${some.join(", ")}`;
  if (rows > 0) return `${plural(rows, "finding")} in rows of no conversation`;
  return incomplete ? "No damage in the part that could be read" : "Every conversation is well";
}

/** The inputs: those that could not be read and those with damage first; of many, the others are folded. */
function inputList(report: ReportStream, { dead, limping }: Triage, options: ReporterOptions): Markup {
  const { inputs, accepted, skipped } = report;
  const hurt = new Set([...dead, ...limping].map(({ input }) => input));
  const placeOf = ({ status, path }: InputReport) => (status !== "ok" ? 0 : hurt.has(path) ? 1 : 2);
  const sorted = inputs.toSorted((one, other) => placeOf(one) - placeOf(other));
  const items = sorted.slice(0, INPUTS).map((input) => inputItem(input, options));
  const more = inputs.length - INPUTS;
  const folded = items.slice(SHOWN);
  return html`<ul class="inputs">${items.slice(0, SHOWN)}${skipped ? html`<li>${plural(skipped, "file")} of no known kind skipped</li>` : html``}${accepted ? html`<li>${plural(accepted, "finding")} accepted by the baseline, not shown</li>` : html``}</ul>${folded.length > 0 ? html`<details><summary>${plural(inputs.length - SHOWN, "more file")}</summary><ul class="inputs">${folded}${more > 0 ? html`<li>and ${plural(more, "other")}</li>` : html``}</ul></details>` : html``}`;
}

function inputItem(input: InputReport, options: ReporterOptions): Markup {
  const version = input.hostVersion ? ` ${input.hostVersion}` : "";
  const unknown = input.hostVersionFrom === "newest-known" ? " (newest known)" : "";
  const holders = (input.holders ?? [])
    .slice(0, 2)
    .map(({ name, pid }) => `open in ${name} (pid ${pid}): close it before a repair`);
  const gone = (input.gone ?? [])
    .slice(0, NOTES)
    .map(
      ({ directory, sessions }) =>
        `${plural(sessions, "conversation")} of ${tilde(directory, options.home)}, which is gone`,
    );
  const notes = [...holders, ...gone, ...(input.notes ?? []), ...[...lossLines(input)].slice(0, 1)].slice(
    0,
    NOTES,
  );
  return html`<li>${input.host ?? input.kind}${version}${unknown} · <code>${tilde(input.path, options.home)}</code> · ${plural(input.counts.sessions, "conversation")}${input.error && input.status !== "ok" ? html` · <span class="trouble">cannot finish: ${input.error.message}</span>` : html``}${notes.map((note) => html`<br/>${note}`)}</li>`;
}

function totals({ dead, limping, well }: Triage): Markup {
  return html`<ul class="totals"><li class="dead"><strong>${count(dead.length)}</strong><b>dead</b><span>The next prompt fails, the conversation does not open, or turns are lost.</span></li><li class="limping"><strong>${count(limping.length)}</strong><b>limping</b><span>The conversation looks busy, or another version or an import refuses it.</span></li><li class="well"><strong>${count(well)}</strong><b>well</b><span>Nothing stands in the way of the next prompt.</span></li></ul>
`;
}

function* caseSections(
  pictured: readonly Patient[],
  { triage, pictures }: PageParts,
  report: ReportStream,
  filters: Filters,
  options: ReporterOptions,
): Generator<string> {
  const findings = findingsOf(pictured, report, options);
  let state: Patient["state"] | undefined;
  for (const [at, patient] of pictured.entries()) {
    if (patient.state !== state) {
      state = patient.state;
      yield html`<h2>${state === "dead" ? "Dead" : "Limping"} <span class="note">${sectionNote(triage, state)}</span></h2>\n${at === 0 ? LEGEND : html``}`
        .text;
    }
    const own = findings.get(keyOf(patient)) ?? [];
    const id = `case-${at + 1}`;
    yield caseSection(
      { patient, findings: own, pictures: pictures.get(patient), id },
      report,
      filters,
      options,
    ).text;
  }
}

function sectionNote({ dead, limping }: Triage, state: Patient["state"]): string {
  const before = state === "dead" ? 0 : dead.length;
  const all = state === "dead" ? dead.length : limping.length;
  const shown = Math.max(0, Math.min(all, PICTURES - before));
  return shown < all
    ? `the newest ${count(shown)} of ${count(all)}; the others are in the table below`
    : "newest first";
}

const LEGEND = html`<p class="note">A picture shows the next request: the user on the left, the assistant on the right, an arc from each tool call to its result. An arc hangs where one of the two is missing. The number behind a text is its length, the number at a corner that of a finding.</p>
`;

/** The findings of these conversations at or above the severity that is shown, the worst first. */
function findingsOf(
  patients: readonly Patient[],
  { findings }: ReportStream,
  { show }: ReporterOptions,
): ReadonlyMap<string, readonly Finding[]> {
  const wanted = new Set(patients.map(keyOf));
  const found = new Map<string, Finding[]>();
  for (const finding of findings)
    if (rank[finding.severity] <= rank[show] && wanted.has(keyOf(finding)))
      addTo(found, keyOf(finding), finding);
  for (const own of found.values()) own.sort((one, other) => rank[one.severity] - rank[other.severity]);
  return found;
}

function keyOf({ input, session }: Pick<Finding, "input" | "session">): string {
  return `${input} ${session}`;
}

/** Findings in rows that belong to no conversation. */
function unowned({ findings }: ReportStream): Markup {
  const found: Finding[] = [];
  let more = 0;
  for (const finding of findings)
    if (finding.session === null && finding.severity !== "info") {
      if (found.length < UNOWNED) found.push(finding);
      else more++;
    }
  if (found.length === 0) return html``;
  return html`<section aria-labelledby="unowned-h"><h2 id="unowned-h">Rows of no conversation</h2><ul>${found.map((finding) => html`<li><strong>${titleOf(finding.rule)}</strong>: ${effectsSentence(finding)} <span class="place">${[finding.rule, finding.part ?? finding.message ?? "", finding.input].filter(Boolean).join(" · ")}</span></li>`)}${more > 0 ? html`<li>and ${count(more)} more</li>` : html``}</ul></section>
`;
}

function footer({ tool }: ReportStream, { content, titles }: ReporterOptions): Markup {
  const held = content
    ? "This page holds texts of the conversations."
    : `This page holds no word of the conversations: ids, times, lengths and tool names only${titles ? ", and titles" : ""}.`;
  return html`<footer><p>${held} The answers of providers are predictions by measured and documented rules; nothing was sent to them. Written by session-doctor ${tool.version}.</p></footer>`;
}
