import { DoctorError } from "../errors.js";
import type { RepairTarget } from "../rules/rule.js";
import type { Mark } from "../stores/store.js";

/** A row that could not be mended, and why. */
export interface SkippedRow {
  readonly rule: string;
  readonly table: string;
  readonly id: string;
  readonly reason: string;
}

/**
 * Mends the targets together. Where one of them fails, nothing of it stays, it is set aside, and all others are mended:
 * the list is halved until those that fail are found.
 */
export function mendEach(
  targets: readonly RepairTarget[],
  mark: () => Mark,
  mend: (target: RepairTarget) => void,
  setAside: (target: RepairTarget, reason: string) => void,
): void {
  const before = mark();
  try {
    for (const target of targets) mend(target);
    before.keep();
    return;
  } catch (error) {
    before.undo();
    const [only] = targets;
    if (only && targets.length === 1) {
      setAside(only, reasonOf(error));
      return;
    }
  }
  const half = targets.length >> 1;
  mendEach(targets.slice(0, half), mark, mend, setAside);
  mendEach(targets.slice(half), mark, mend, setAside);
}

/** Why an edit failed, in words for a person. */
export function reasonOf(error: unknown): string {
  if (error instanceof DoctorError) return error.message;
  const message = error instanceof Error ? error.message : String(error);
  if (/malformed JSON/i.test(message))
    return "its JSON is nested more deeply than SQLite can edit (1,000 levels)";
  if (error instanceof RangeError && /call stack/i.test(message)) return "its JSON is nested too deeply";
  return message;
}
