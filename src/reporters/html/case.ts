import { commandLine } from "../../errors.js";
import { isServer } from "../../files/postgres/name.js";
import { count, plural } from "../../model/numbers.js";
import type { Finding, ReportStream } from "../../model/report.js";
import type { BeforeAfter } from "../../repair/before-after.js";
import type { PictureLayout } from "../../scan/picture-rows.js";
import type { Patient } from "../../scan/triage.js";
import { isMendedInPlace, repairOf, upgradeOf } from "../next-step.js";
import { verdictSentence } from "../picture-words.js";
import type { ReporterOptions } from "../reporter.js";
import { age, bytes } from "../units.js";
import { effectsSentence, evidenceWords, titleOf } from "../wording.js";
import type { Filters } from "./filters.js";
import { html, type Markup } from "./markup.js";
import { hasMatrix, matrix } from "./matrix.js";
import { inputOf } from "./parts.js";
import { pictureSvg } from "./picture.js";

/** The most rules of a conversation that are told, each by its first finding. */
const RULES = 8;

/** All that the page shows of one conversation. */
export interface Case {
  readonly patient: Patient;
  readonly findings: readonly Finding[];
  readonly pictures: BeforeAfter | undefined;
  /** Tells it from the others of the page. */
  readonly id: string;
}

/** A damaged conversation: its findings in sentences, its next request before and after the mend, and what to type. */
export function caseSection(
  { patient, findings, pictures, id }: Case,
  report: ReportStream,
  filters: Filters,
  options: ReporterOptions,
): Markup {
  const { note, state, session, input } = patient;
  const name = note?.title ?? note?.folder ?? "conversation";
  const facts = note
    ? [age(note.updated, options.now), plural(note.messages, "message"), bytes(note.size)]
    : [];
  const rules = [...new Set(findings.map(({ rule }) => rule))];
  const numbers = new Map(rules.map((rule, at) => [rule, at + 1]));
  const from = inputOf(report, patient);
  return html`<article class="case ${state}" aria-labelledby="${id}" ${filters.marks(patient)}>
<header><p class="state">${state}</p><h3 id="${id}">${name}</h3><p class="facts">${facts.join(" · ")}</p><p class="facts"><code>${session}</code>${report.inputs.length > 1 ? html` in <code>${input}</code>` : html``}</p></header>
<ol class="findings">${rules.slice(0, RULES).map((rule) => findingItem(findings.filter((one) => one.rule === rule)))}</ol>
${rules.length > RULES ? html`<p class="note">and ${plural(rules.length - RULES, "other rule")}</p>` : html``}${pictures ? pictureFigures(pictures, patient, numbers, id) : html`<p class="note">No picture: the conversation cannot be read a second time.</p>`}
${hasMatrix(findings) ? matrix(findings, from?.host ?? from?.kind ?? "the program", from?.hostVersion ?? null, `Versions for ${name} ${session}`) : html``}${commandBox(patient, report)}
</article>
`;
}

/** Findings of one rule in a sentence; the first one tells its place. */
function findingItem(findings: readonly Finding[]): Markup {
  const [first] = findings;
  if (!first) return html``;
  const { rule, severity, repair } = first;
  const place =
    first.position === undefined ? (first.part ?? first.message ?? "") : `position ${first.position}`;
  const times = findings.length > 1 ? ` ${count(findings.length)} times` : "";
  const details = evidenceWords(first);
  return html`<li class="${severity}"><strong>${titleOf(rule)}</strong>${times}. ${sentenceOf(first)} ${repair.action ? html`<span class="mend">Mend: ${repair.action}.</span>` : html``}<span class="place">${[rule, place, details].filter(Boolean).join(" · ")}</span></li>`;
}

/** The effects as a sentence; the matrix tells the versions. */
function sentenceOf({ effects, rule }: Finding): string {
  const plain = effects.map(({ hosts: _, ...effect }) => effect);
  const differs = effects.some(({ hosts }) => hosts !== undefined)
    ? ", on the versions that the table names"
    : "";
  const sentence = `${effectsSentence({ effects: plain, rule })}${differs}.`;
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

function pictureFigures(
  { before, after }: BeforeAfter,
  patient: Patient,
  numbers: ReadonlyMap<string, number>,
  id: string,
): Markup {
  const isTaken = before.verdict === "accepted" && !before.isClosed;
  const elsewhere =
    isTaken && patient.state === "dead"
      ? `Dead for another reason: ${effectsSentence(patient.worst)}.`
      : undefined;
  return html`<div class="pictures">${figure("Now", before, numbers, `${id}-now`, elsewhere)}${after ? figure("After the mend", after, numbers, `${id}-then`) : html`<p class="note">No safe repair changes this conversation.</p>`}</div>`;
}

function figure(
  heading: string,
  layout: PictureLayout,
  numbers: ReadonlyMap<string, number>,
  id: string,
  elsewhere?: string,
): Markup {
  const refused = layout.rows.find((row) => row.kind !== "turns" && row.turn.isRefused);
  const points =
    refused && refused.kind !== "turns"
      ? html` <span class="points">This points at turn ${refused.turn.index}.</span>`
      : html``;
  const isWell = layout.verdict === "accepted" && !layout.isClosed;
  const words = layout.error ? html`<blockquote><p>${layout.error}</p></blockquote>${points}` : html``;
  const stored = layout.isStored
    ? html` <span class="note">No request is sent: drawn as it is stored.</span>`
    : html``;
  const texts = layout.rows.flatMap((row) =>
    row.kind === "block" && row.block.text !== undefined ? [row] : [],
  );
  return html`<figure><figcaption><h4>${heading}</h4><p class="verdict ${isWell ? "well" : "dead"}">${verdictSentence(layout)}</p>${elsewhere ? html`<p class="verdict dead">${elsewhere}</p>` : html``}${words}${stored}</figcaption>${pictureSvg(layout, numbers, id)}${texts.length > 0 ? html`<details><summary>Texts of the blocks</summary><ul class="texts">${texts.map(({ turn, block }) => html`<li>${turn.index} ${turn.lane}: ${block.text}</li>`)}</ul></details>` : html``}</figure>`;
}

function commandBox(patient: Patient, report: ReportStream): Markup {
  const command = commandOf(patient, report);
  return html`<div class="command"><p>${patient.safety === "none" ? "No repair is known." : "To mend it, type:"}</p><pre><code>${command}</code></pre><button type="button" class="copy" hidden="">Copy</button></div>`;
}

/** The command that mends the conversation, or that tells more where no repair does. */
export function commandOf({ worst, safety, state, input, session }: Patient, report: ReportStream): string {
  if (safety === "none")
    return upgradeOf(worst, report) ?? commandLine("inspect", input, "--session", session);
  if (!isMendedInPlace(input, report)) return repairOf(worst, report);
  const one = ["--session", session];
  if (safety === "unsafe") return commandLine("repair", input, ...one, "--unsafe", "--backup");
  return state === "dead" && !isServer(input)
    ? commandLine("heal", input, ...one)
    : commandLine("repair", input, ...one, "--backup");
}
