import type { Finding, InputReport, ReportStream } from "../../model/report.js";
import type { BeforeAfter } from "../../repair/before-after.js";
import type { SessionEntry } from "../../scan/sessions.js";
import { type Patient, type Triage, triageOf } from "../../scan/triage.js";

/** The parts of a page besides the report, read from the inputs before the page is written. */
export interface PageParts {
  readonly triage: Triage;
  /** Every conversation of the inputs; empty where the report is about some of them. */
  readonly sessions: readonly SessionEntry[];
  readonly pictures: ReadonlyMap<Patient, BeforeAfter>;
}

/** The most conversations that have a picture, and the most that the table below lists. */
export const PICTURES = 20;
const ROWS = 500;

/** The conversations of a report that have pictures: the dead first, then the limping, the newest first. */
export function picturedOf({ dead, limping }: Triage): Patient[] {
  return [...dead, ...limping].slice(0, PICTURES);
}

/** The others, as far as the table lists them, and the number of the rest. */
export function listedOf({ dead, limping }: Triage): { readonly rows: Patient[]; readonly more: number } {
  const others = [...dead, ...limping].slice(PICTURES);
  return { rows: others.slice(0, ROWS), more: Math.max(0, others.length - ROWS) };
}

/** The parts that need nothing but the report. */
export function partsOf(report: ReportStream): PageParts {
  return { triage: triageOf(report), sessions: [], pictures: new Map() };
}

export function inputOf(
  { inputs }: Pick<ReportStream, "inputs">,
  { input }: Pick<Finding, "input">,
): InputReport | undefined {
  return inputs.find(({ path }) => path === input);
}
