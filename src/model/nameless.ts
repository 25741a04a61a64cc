import type { ResultBlock, Turn } from "./conversation.js";
import { type PlacedCall, type PlacedResult, pairCalls } from "./pairing.js";

/** Calls without a result, and the results without an id that stand directly behind them; both in their order. */
export interface NamelessGroup {
  readonly open: readonly PlacedCall[];
  readonly results: readonly PlacedResult[];
}

/** The group in which a result without an id stands; of results that name a tool, those of the same tool. */
export function groupOfResult(turns: readonly Turn[], result: PlacedResult): NamelessGroup {
  let end = result.turn;
  while (end > 0 && turns[end]?.role !== "assistant") end--;
  const group = groupBehind(turns, end);
  const { name } = result.block;
  if (!name) return group;
  return {
    open: group.open.filter((call) => call.block.name === name),
    results: group.results.filter((other) => other.block.name === name),
  };
}

/** The group of the run of assistant turns that ends at a turn. */
export function groupBehind(turns: readonly Turn[], end: number): NamelessGroup {
  let from = end;
  while (turns[from - 1]?.role === "assistant") from--;
  let until = end;
  while (isOnlyResults(turns[until + 1])) until++;
  // A prompt may follow the results in their own message.
  if (turns[until + 1]?.blocks[0]?.kind === "result") until++;
  const { calls, results } = pairCalls(turns);
  return {
    open: calls.filter(({ turn, result, block }) => turn >= from && turn <= end && !result && !block.exempt),
    results: results.filter(
      ({ turn, call, block }) => turn > end && turn <= until && !call && block.id === "",
    ),
  };
}

/** The open call that a result without an id answers: the one at its place, where there are as many of both. */
export function callAtPlaceOf(turns: readonly Turn[], block: ResultBlock): PlacedCall | null {
  const result = pairCalls(turns).results.find((candidate) => candidate.block === block);
  if (!result) return null;
  const { open, results } = groupOfResult(turns, result);
  return open.length === results.length ? (open[results.indexOf(result)] ?? null) : null;
}

function isOnlyResults(turn: Turn | undefined): boolean {
  return turn !== undefined && turn.blocks.length > 0 && turn.blocks.every(({ kind }) => kind === "result");
}
