/**
 * The order in which damage is mended. Rows must be readable before they can be paired, pairs must be whole before
 * steps are closed, and the later stages mend the leftovers of the earlier ones.
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
