import { type CodexEntry, eventOf, isRead, ordinalOf } from "./entry.js";

/**
 * The line behind which a lost row stood, between two lines of one turn: where the numbers leave one out. Undefined where
 * they do not. `from`, `until`: indexes; `until` is not looked behind.
 */
export function gapBetween(
  entries: readonly CodexEntry[],
  from: number,
  until: number,
): CodexEntry | undefined {
  const numbered = entries.slice(from, until + 1).filter(isNumbered);
  return numbered.find((entry, at) => {
    const next = numbered[at + 1];
    return next !== undefined && (ordinalOf(next) ?? 0) > (ordinalOf(entry) ?? 0) + 1;
  });
}

/** The index of the last line of the turn in which a line stands. */
export function endOfTurn(entries: readonly CodexEntry[], from: number): number {
  const next = entries.findIndex((entry, at) => at > from && eventOf(entry, "task_started") !== undefined);
  return next < 0 ? entries.length - 1 : next - 1;
}

/** The index of the first line of the turn in which a line stands. */
export function startOfTurn(entries: readonly CodexEntry[], from: number): number {
  return Math.max(
    0,
    entries.findLastIndex((entry, at) => at <= from && eventOf(entry, "task_started") !== undefined),
  );
}

function isNumbered(entry: CodexEntry): boolean {
  return isRead(entry) && ordinalOf(entry) !== undefined;
}
