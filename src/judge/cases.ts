import type { Conversation, Row } from "../model/conversation.js";
import { addTo } from "../model/group.js";
import { type Effect, rank, type Safety, type Severity } from "../model/report.js";
import type { Wire } from "../providers/providers.js";
import type { AnyRule, Damage, Symptom } from "../rules/rule.js";
import type { HostGeneration, Stop } from "../stores/host.js";

/** Damage, with the refusals that it explains, before it becomes a finding. */
export interface Case {
  readonly rule: AnyRule;
  readonly damage: Damage;
  readonly rows: ReadonlySet<Row>;
  readonly effects: Map<string, Accumulated>;
}

/** One effect at one target, with all host versions that show it. */
interface Accumulated {
  readonly target: string;
  readonly effect: Effect["effect"];
  readonly error?: string;
  readonly generations: Set<HostGeneration>;
  worst: Severity;
}

/** The safety of the repair of this case. */
export function safetyOfCase({ rule, damage }: Case): Safety {
  return damage.safety ?? rule.safety;
}

export function newCase(rule: AnyRule, damage: Damage): Case {
  return { rule, damage, rows: new Set([damage.row, ...(damage.others ?? [])]), effects: new Map() };
}

export interface CaseIndex {
  /** The rules of the store. */
  readonly rules: readonly AnyRule[];
  readonly all: Case[];
  readonly byRow: Map<Row, Case[]>;
}

export function indexCases(rules: readonly AnyRule[], cases: readonly Case[]): CaseIndex {
  const index: CaseIndex = { rules, all: [], byRow: new Map() };
  for (const one of cases) addCase(index, one);
  return index;
}

function addCase(index: CaseIndex, one: Case): Case {
  index.all.push(one);
  for (const row of one.rows) addTo(index.byRow, row, one);
  return one;
}

/**
 * The case that explains a stop: of the rule that the stop names, else a case at one of its rows that explains this rule.
 * Without either, the stop becomes a case of its own on the host version in use.
 */
export function stopOwner(
  { rule, rows, safety }: Stop,
  index: CaseIndex,
  isCurrent: boolean,
): Case | undefined {
  const cases = rows.flatMap((row) => index.byRow.get(row) ?? []);
  const own =
    cases.find((one) => one.rule.id === rule) ?? cases.find((one) => one.rule.explains?.includes(rule));
  if (own || !isCurrent) return own;
  const named = index.rules.find(({ id }) => id === rule);
  const row = rows[0];
  return named && row && addCase(index, newCase(named, { row, evidence: {}, safety }));
}

/** The case that explains a refusal. If no damage at its rows does, the refusal becomes a case of its own. */
export function ownerOf(
  rule: AnyRule,
  symptom: Symptom,
  index: CaseIndex,
  conversation: Conversation,
  wire: Wire,
  stored: boolean,
): Case | null {
  const row = symptom.row ?? conversation.messages.at(-1)?.row ?? conversation.row;
  if (!row) return null;
  const rows = [row, ...(symptom.others ?? [])];
  // A healthy shape (`overWire`) explains refusals over its wire, never damage in the stored rows.
  const isSame = (one: Case) => one.rule.id === rule.id && one.damage.variant === symptom.variant;
  const isOfWire = ({ overWire }: AnyRule) => overWire === undefined || (overWire === wire && !stored);
  const claims = (one: Case) => isSame(one) || (one.rule.explains?.includes(rule.id) && isOfWire(one.rule));
  const own = index.byRow.get(row)?.find((one) => isSame(one) && one.damage.row === row);
  const known = own ?? rows.map((at) => index.byRow.get(at)?.find(claims)).find((one) => one !== undefined);
  if (known) return known;
  return addCase(
    index,
    newCase(rule, {
      block: symptom.block,
      row,
      others: symptom.others,
      callId: symptom.callId,
      evidence: symptom.evidence ?? {},
      variant: symptom.variant,
      safety: symptom.safety,
    }),
  );
}

export function addEffect(
  one: Case,
  seen: {
    target: string;
    effect: Effect["effect"];
    error?: string;
    generations: readonly HostGeneration[];
    severity: Severity;
  },
): void {
  const key = `${seen.target} ${seen.effect}`;
  const known: Accumulated = one.effects.get(key) ?? {
    target: seen.target,
    effect: seen.effect,
    error: seen.error,
    generations: new Set(),
    worst: "info",
  };
  for (const generation of seen.generations) known.generations.add(generation);
  if (rank[seen.severity] < rank[known.worst]) known.worst = seen.severity;
  one.effects.set(key, known);
}

/** True if another case at the same row explains this one for each of its targets, so that it is not reported. */
export function isSubsumed(one: Case, index: CaseIndex): boolean {
  const atRow = index.byRow.get(one.damage.row) ?? [];
  return atRow.some(
    (other) =>
      other !== one &&
      other.damage.row === one.damage.row &&
      !other.rule.atMost &&
      other.rule.explains?.includes(one.rule.id) &&
      (other.rule.detect !== undefined || coversTargets(other, one)),
  );
}

/** True if everybody who refuses the one also refuses the other: a refusal elsewhere explains none here. */
function coversTargets(other: Case, one: Case): boolean {
  const targets = new Set([...other.effects.values()].map(({ target }) => target));
  return [...one.effects.values()].every(({ target }) => targets.has(target));
}
