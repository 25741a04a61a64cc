import type { Turn } from "./conversation.js";

/**
 * The places of the assistant's turns since the last prompt, if the request ends in the results of their tools. A
 * thinking model takes them for one turn that it has to finish. Empty if no turn is open.
 */
export function openTurn(turns: readonly Turn[]): readonly number[] {
  const last = turns.at(-1);
  if (last === undefined || last.role === "assistant" || !isOnlyResults(last)) return [];
  const from = turns.findLastIndex((turn) => turn.role !== "assistant" && !isOnlyResults(turn));
  return [...turns.keys()].filter((at) => at > from && turns[at]?.role === "assistant");
}

function isOnlyResults({ blocks }: Turn): boolean {
  return blocks.length > 0 && blocks.every(({ kind }) => kind === "result");
}
