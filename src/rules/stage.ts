/**
 * The order in which rules mend their damage. Rows must be readable before calls and results can be paired, and pairs
 * must be whole before steps are closed. Later stages mend what earlier ones leave.
 */
export const STAGES = [
  "parsed",
  "chained",
  "known",
  "complete",
  "moved",
  "owned",
  "timed",
  "named",
  "unique",
  "called",
  "matched",
  "placed",
  "answered",
  "spread",
  "compacted",
  "kept",
  "stepped",
  "split",
  "closed",
  "interrupted",
  "ended",
  "thought",
  "said",
  "opened",
  "finished",
  "linked",
] as const;
export type Stage = (typeof STAGES)[number];
