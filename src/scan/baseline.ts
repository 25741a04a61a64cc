import { readFileSync } from "node:fs";
import { DoctorError } from "../errors.js";
import type { Finding, Findings } from "../model/report.js";
import { isObject } from "../model/text.js";

/** The findings that a project has accepted. */
export interface Baseline {
  schemaVersion: 1;
  accepted: { fingerprint: string; rule: string; session: string | null }[];
}

/** @throws DoctorError INVALID_JSON, NOT_FOUND */
export function readBaseline(path: string): Baseline {
  let parsed: Baseline;
  try {
    parsed = JSON.parse(readFileSync(path, "utf8")) as Baseline;
  } catch (error) {
    if ((error as { code?: string }).code === "ENOENT")
      throw new DoctorError(
        "NOT_FOUND",
        `${path}: no such baseline`,
        "doctor check … --baseline FILE --update-baseline writes it",
      );
    throw new DoctorError("INVALID_JSON", `${path}: not a baseline`);
  }
  const isEntry = (entry: unknown) =>
    isObject(entry) &&
    typeof entry.fingerprint === "string" &&
    typeof entry.rule === "string" &&
    (entry.session === null || typeof entry.session === "string");
  if (parsed?.schemaVersion !== 1 || !Array.isArray(parsed.accepted) || !parsed.accepted.every(isEntry))
    throw new DoctorError("UNSUPPORTED", `${path}: not a baseline of this version`);
  return parsed;
}

export function baselineOf(findings: Findings): Baseline {
  const accepted = [...findings].map(({ fingerprint, rule, session }) => ({ fingerprint, rule, session }));
  return {
    schemaVersion: 1,
    accepted: accepted.sort((one, other) => (one.fingerprint < other.fingerprint ? -1 : 1)),
  };
}

/** Tells findings that are not accepted from accepted ones, in any number of passes. */
export class Acceptance {
  readonly #baseline: Baseline;
  readonly #accepted: ReadonlySet<string>;
  readonly #found = new Set<string>();

  constructor(baseline: Baseline) {
    this.#baseline = baseline;
    this.#accepted = new Set(baseline.accepted.map(({ fingerprint }) => fingerprint));
  }

  isFresh = ({ fingerprint }: Finding): boolean => {
    if (!this.#accepted.has(fingerprint)) return true;
    this.#found.add(fingerprint);
    return false;
  };

  /** The accepted findings that were not seen. */
  stale(): Baseline["accepted"] {
    return this.#baseline.accepted.filter(({ fingerprint }) => !this.#found.has(fingerprint));
  }
}
