import type { ReportStream, Safety, SessionNote } from "../model/report.js";
import type { KnownError } from "../providers/errors.js";
import { type ErrorMatch, matchesOf } from "./error-match.js";
import { type Patient, triageOf } from "./triage.js";

/** A conversation that is to be mended. */
export interface Sick {
  readonly input: string;
  readonly session: string;
  readonly note?: SessionNote;
  /** The title of its rule tells the damage. */
  readonly rule: string;
  /** The provider or program that sends the error text. */
  readonly target?: string;
  /** The safety of its repair; absent where the conversation was chosen by an error text. */
  readonly safety?: Safety;
}

export interface Chosen {
  readonly chosen: readonly Sick[];
  /** Damaged conversations that do not fit the text, the newest first; without a text, those without a safe repair. */
  readonly nearest: readonly Sick[];
  /** True if a dead conversation is here, mendable or not. */
  readonly isAnyDead: boolean;
  /** How well the text fits; absent without a text. */
  readonly fit?: ErrorMatch["fit"];
  /** True if the text is foreseen for another version or provider than those in use. */
  readonly isElsewhere?: true;
}

/** The most conversations that are named as near ones. */
const NEAR = 3;

/**
 * Chooses the conversations that are predicted to get an error text; without a text the newest dead one that has a safe
 * repair. `all`: every one of them. `isNamed`: the user named the conversations, so that limping ones are meant, too.
 */
export function chooseSick(
  report: ReportStream,
  asked: { readonly text: string; readonly known: readonly KnownError[] } | null,
  all: boolean,
  isNamed = false,
): Chosen {
  const { dead, limping } = triageOf(report);
  const isAnyDead = dead.length > 0;
  if (!asked) {
    const safe = (isNamed ? [...dead, ...limping] : dead)
      .filter(({ safety }) => safety === "safe")
      .map(sickOf);
    return {
      chosen: all ? safe : safe.slice(0, 1),
      nearest: [...dead, ...limping].map(sickOf).slice(0, NEAR),
      isAnyDead,
    };
  }
  const patients = new Map(
    [...dead, ...limping].map((patient) => [`${patient.input} ${patient.session}`, patient]),
  );
  const matches = matchesOf(asked.text, report.findings, asked.known);
  const fit = matches[0]?.fit;
  const best = matches.filter((match) => match.fit === fit);
  const state = (match: ErrorMatch) => patients.get(`${match.input} ${match.session}`)?.state;
  const deadOnes = best.filter((match) => state(match) === "dead");
  const chosen = (deadOnes.length > 0 ? deadOnes : best).map(({ input, session, finding, target }) => {
    const note = patients.get(`${input} ${session}`)?.note;
    return { input, session, rule: finding.rule, ...(note && { note }), ...(target && { target }) };
  });
  return {
    chosen,
    nearest: [...dead, ...limping].map(sickOf).slice(0, NEAR),
    isAnyDead,
    ...(fit && { fit }),
    ...(chosen.length > 0 && deadOnes.length === 0 && { isElsewhere: true as const }),
  };
}

function sickOf({ input, session, note, worst, safety }: Patient): Sick {
  return { input, session, rule: worst.rule, safety, ...(note && { note }) };
}
