import { count, plural } from "../../model/numbers.js";
import type { ReportStream } from "../../model/report.js";
import type { Patient } from "../../scan/triage.js";
import type { ReporterOptions } from "../reporter.js";
import { shortAge } from "../units.js";
import { titleOf } from "../wording.js";
import { commandOf } from "./case.js";
import type { Filters } from "./filters.js";
import { html, type Markup } from "./markup.js";

/** The damaged conversations without a picture, one row each; the number of those that do not fit is told. */
export function restTable(
  { rows, more }: { readonly rows: readonly Patient[]; readonly more: number },
  report: ReportStream,
  filters: Filters,
  options: ReporterOptions,
): Markup {
  if (rows.length === 0) return html``;
  return html`<section class="rest" aria-labelledby="rest-h"><h2 id="rest-h">${plural(rows.length + more, "more damaged conversation")}</h2><p class="note">Without pictures, to keep the page small: <code>doctor inspect</code> draws each of them.${more > 0 ? ` ${count(more)} of them are not listed: --format json lists them all.` : ""}</p>
<div class="scroll" role="region" tabindex="0" aria-labelledby="rest-h"><table><thead><tr><th scope="col">state</th><th scope="col">conversation</th><th scope="col">last used</th><th scope="col">messages</th><th scope="col">damage</th><th scope="col">to mend it</th></tr></thead><tbody>
${rows.map((patient) => row(patient, report, filters, options))}</tbody></table></div></section>
`;
}

function row(patient: Patient, report: ReportStream, filters: Filters, options: ReporterOptions): Markup {
  const { state, session, note, rules } = patient;
  const name = note?.title ?? note?.folder;
  return html`<tr ${filters.marks(patient)}><td class="${state}">${state}</td><th scope="row">${name ? html`${name}<br/>` : html``}<code>${session}</code></th><td>${note ? shortAge(note.updated, options.now) : ""}</td><td>${note ? count(note.messages) : ""}</td><td class="wide">${rules.map(titleOf).join(", ")}</td><td><code>${commandOf(patient, report)}</code></td></tr>
`;
}
