import { ruleById } from "../judge/rulebook.js";
import type { Block, CallBlock, Turn } from "../model/conversation.js";
import { type PlacedCall, pairCalls } from "../model/pairing.js";
import type { DamagePlaces } from "./picture-damage.js";

/** The place of a block. */
export interface Spot {
  readonly turn: number;
  readonly block: number;
}

/**
 * Leads from a tool call to a tool result. `hanging`: the call has no result, or the result no call. `doubled`: the result
 * bears the id of this call, as another result does.
 */
export interface Arc {
  readonly call: Spot | null;
  readonly result: Spot | null;
  readonly kind: "joined" | "hanging" | "doubled";
  /** True if the pair is damaged. */
  readonly isHurt: boolean;
}

/** Rules that find an id at two calls, or at two results. */
const DOUBLED: ReadonlySet<string> = new Set(["duplicate-tool-call-id", "duplicate-tool-result"]);

/** The arcs of all tool calls and results, calls first. */
export function arcsOf(turns: readonly Turn[], { blocks: damage }: DamagePlaces): Arc[] {
  const { calls, results } = pairCalls(turns);
  const rulesAt = (block: Block) => damage.get(block) ?? [];
  const isDoubled = (block: Block) => rulesAt(block).some(({ rule }) => DOUBLED.has(rule));
  const isHurt = (block: Block) =>
    rulesAt(block).some(({ rule }) => ruleById(rule)?.family === "pairing") && !isDoubled(block);
  const spot = ({ block, turn }: { block: Block; turn: number }): Spot => ({
    turn,
    block: turns[turn]?.blocks.indexOf(block) ?? 0,
  });
  const firstOf = new Map<string, PlacedCall>();
  for (const call of calls) if (!firstOf.has(call.block.id)) firstOf.set(call.block.id, call);
  const arcs: Arc[] = [];
  for (const call of calls) {
    const { block, result } = call;
    const [from, to] = [spot(call), result ? spot(result) : null];
    const isDamaged = isHurt(block) || (result !== undefined && isHurt(result.block));
    if (to) arcs.push({ call: from, result: to, kind: "joined", isHurt: isDamaged });
    else if (!block.exempt && !hasOwnEnd(block))
      arcs.push({ call: from, result: null, kind: "hanging", isHurt: isDamaged });
    const namesake = firstOf.get(block.id);
    if (to && namesake && namesake !== call && isDoubled(block))
      arcs.push({ call: spot(namesake), result: to, kind: "doubled", isHurt: true });
  }
  for (const result of results) {
    if (result.call || result.block.exempt) continue;
    const namesake = firstOf.get(result.block.id);
    const kind = namesake ? "doubled" : "hanging";
    arcs.push({ call: namesake ? spot(namesake) : null, result: spot(result), kind, isHurt: true });
  }
  return arcs;
}

/** True for a call that is stored with its result in one row. */
function hasOwnEnd({ state }: CallBlock): boolean {
  return state === "completed" || state === "error";
}
