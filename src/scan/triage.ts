import {
  type Finding,
  type ReportStream,
  rank,
  type SessionNote,
  type Severity,
  WORST_FIRST,
} from "../model/report.js";

/** `dead`: the next prompt fails, the conversation does not open, or turns are lost; `limping`: another version or program refuses it. */
export type State = "dead" | "limping";

/** A damaged conversation, for its reader. */
export interface Patient {
  readonly input: string;
  readonly session: string;
  readonly state: State;
  /** The finding with the worst effect. */
  readonly worst: Finding;
  /** The ids of the rules that it breaks at its worst grade. */
  readonly rules: readonly string[];
  /** The least safe repair of these findings. */
  readonly safety: Finding["repair"]["safety"];
  readonly note?: SessionNote;
}

export interface Triage {
  readonly dead: readonly Patient[];
  readonly limping: readonly Patient[];
  readonly well: number;
  /** Findings of some weight in rows of no conversation. */
  readonly unowned: number;
}

const STATE: Partial<Record<Severity, State>> = { error: "dead", warning: "limping" };

const SAFETY: readonly Finding["repair"]["safety"][] = ["safe", "unsafe", "none"];

/** Sorts the conversations of a report by their state, and each state by last use, the newest first. */
export function triageOf(report: ReportStream): Triage {
  const notes = new Map(
    report.inputs.flatMap(({ path, sessions = [] }) => sessions.map((note) => [`${path} ${note.id}`, note])),
  );
  const patients = new Map<string, Patient>();
  let unowned = 0;
  for (const finding of report.findings) {
    const state = STATE[finding.severity];
    if (!state) continue;
    if (finding.session === null) {
      unowned++;
      continue;
    }
    const key = `${finding.input} ${finding.session}`;
    const known = patients.get(key);
    if (!known || rank[finding.severity] < rank[known.worst.severity])
      patients.set(key, newPatient(finding, finding.session, state, notes.get(key)));
    else if (known.state === state) patients.set(key, joined(known, finding));
  }
  const sorted = [...patients.values()].sort(byLastUse);
  const conversations = report.inputs.reduce((sum, { counts }) => sum + counts.sessions, 0);
  return {
    dead: sorted.filter(({ state }) => state === "dead"),
    limping: sorted.filter(({ state }) => state === "limping"),
    well: Math.max(0, conversations - sorted.length),
    unowned,
  };
}

function newPatient(worst: Finding, session: string, state: State, note: SessionNote | undefined): Patient {
  const { input, rule, repair } = worst;
  return { input, session, state, worst, rules: [rule], safety: repair.safety, ...(note && { note }) };
}

function joined(known: Patient, finding: Finding): Patient {
  const { rule, repair } = finding;
  return {
    ...known,
    worst: effectRank(finding) < effectRank(known.worst) ? finding : known.worst,
    rules: known.rules.includes(rule) ? known.rules : [...known.rules, rule],
    safety: SAFETY.indexOf(repair.safety) > SAFETY.indexOf(known.safety) ? repair.safety : known.safety,
  };
}

function effectRank({ effects }: Finding): number {
  return Math.min(WORST_FIRST.length, ...effects.map(({ effect }) => WORST_FIRST.indexOf(effect)));
}

function byLastUse(one: Patient, other: Patient): number {
  const time = ({ note }: Patient) => note?.updated ?? Number.NEGATIVE_INFINITY;
  return time(other) - time(one) || (one.session < other.session ? -1 : 1);
}
