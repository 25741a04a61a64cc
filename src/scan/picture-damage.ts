import type { Refusal } from "../judge/refusals.js";
import type { Block, Turn } from "../model/conversation.js";
import { addTo } from "../model/group.js";
import { type Finding, rank, type Severity } from "../model/report.js";

/** Damage at a block or a turn, by the id of its rule. */
export interface PictureDamage {
  readonly rule: string;
  readonly severity: Severity;
}

export interface DamagePlaces {
  /** The damage at each block, the worst first. */
  readonly blocks: ReadonlyMap<Block, readonly PictureDamage[]>;
  /** Damage of a turn that is of none of its blocks. */
  readonly turns: ReadonlyMap<Turn, PictureDamage>;
}

/**
 * Finds the block or the turn of each refusal and finding. A call and its result may share a row: then the call has the
 * damage.
 */
export function damagePlaces(
  turns: readonly Turn[],
  findings: readonly Finding[],
  refusals: readonly Refusal[],
): DamagePlaces {
  const byBlock = new Map<Block, PictureDamage[]>();
  const byTurn = new Map<Turn, PictureDamage>();
  const known = new Set(turns.flatMap(({ blocks }) => blocks));
  const byRow = new Map<string, Block[]>();
  for (const block of known) addTo(byRow, block.row.id, block);
  const turnOf = new Map(turns.map((turn) => [turn.row?.id, turn]));
  for (const { symptom, rule } of refusals)
    if (symptom.block && known.has(symptom.block))
      addTo(byBlock, symptom.block, { rule: rule.id, severity: "error" });
  for (const { rule, severity, part, message } of findings) {
    const id = part ?? message;
    if (id === undefined) continue;
    const found = byRow.get(id) ?? [];
    if (found.some((block) => byBlock.get(block)?.some((one) => one.rule === rule))) continue;
    const block = found.find(({ kind }) => kind === "call") ?? found[0];
    const turn = turnOf.get(id);
    if (block) addTo(byBlock, block, { rule, severity });
    else if (turn && !byTurn.has(turn)) byTurn.set(turn, { rule, severity });
  }
  for (const all of byBlock.values()) all.sort((one, other) => rank[one.severity] - rank[other.severity]);
  return { blocks: byBlock, turns: byTurn };
}
