import type { Patient } from "../../scan/triage.js";
import { titleOf } from "../wording.js";
import { html, Markup } from "./markup.js";

/** The most entries of a list that filters. */
const ENTRIES = 40;

/** Lists by which the conversations of the page are filtered: in style sheets alone, so that they need no script. */
export interface Filters {
  /** The controls. */
  readonly form: Markup;
  /** The style that hides what is not chosen. */
  readonly style: string;
  /** The attributes of an element that stands for a conversation. */
  marks(patient: Patient): Markup;
}

export function filtersOf(patients: readonly Patient[]): Filters {
  const rules = mostUsed(patients.flatMap((patient) => [...patient.rules]));
  const folders = mostUsed(patients.flatMap(folderOf));
  const lists = [
    {
      id: "rule",
      label: "Damage",
      mark: "data-r",
      all: "every kind",
      entries: [...rules.keys()].map(titleOf),
    },
    { id: "folder", label: "Folder", mark: "data-f", all: "every folder", entries: [...folders.keys()] },
  ].filter(({ entries }) => entries.length > 1);
  return {
    form:
      lists.length === 0
        ? html``
        : html`<form class="filters" aria-label="Filter the conversations">${lists.map(({ id, label, all, entries }) => html`<div class="filter"><label for="${id}">${label}</label><select id="${id}" autocomplete="off"><option value="">${all}</option>${entries.map((name, at) => html`<option value="${at}">${name}</option>`)}</select></div>`)}</form>
`,
    style: lists
      .flatMap(({ id, mark, entries }) =>
        entries.map(
          (_, at) =>
            `body:has(#${id} option[value="${at}"]:checked) [${mark}]:not([${mark}~="${at}"]){display:none}`,
        ),
      )
      .join("\n"),
    marks: (patient) =>
      new Markup(
        `data-r="${patient.rules.flatMap((rule) => rules.get(rule) ?? []).join(" ")}" data-f="${folderOf(
          patient,
        )
          .flatMap((folder) => folders.get(folder) ?? [])
          .join(" ")}"`,
      ),
  };
}

function folderOf({ note }: Patient): string[] {
  return note?.folder ? [note.folder] : [];
}

/** The place of each of the most frequent words in the list. */
function mostUsed(words: readonly string[]): Map<string, number> {
  const times = new Map<string, number>();
  for (const word of words) times.set(word, (times.get(word) ?? 0) + 1);
  const sorted = [...times].sort(([, one], [, other]) => other - one).slice(0, ENTRIES);
  return new Map(sorted.map(([word], at) => [word, at]));
}
