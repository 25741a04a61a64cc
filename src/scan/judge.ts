import { basename } from "node:path";
import type { HostEffect } from "../hosts/effects.js";
import { HOSTS } from "../hosts/hosts.js";
import { isPlainAt } from "../hosts/opencode/plain.js";
import type { HostGeneration, Stop } from "../hosts/replay.js";
import type { Block, Conversation, Message, Plain, Row } from "../model/conversation.js";
import { addTo } from "../model/group.js";
import { type Effect, type Finding, rank, type Severity } from "../model/report.js";
import { errorText, type Provider } from "../providers/providers.js";
import { RULES } from "../rules/index.js";
import type { Context, Damage, Rule, Symptom } from "../rules/rule.js";
import { linkRejections } from "./evidence.js";
import { fingerprintOf } from "./fingerprint.js";
import { described, hostEffectsOf, hostGrade, worstOf } from "./host-effects.js";
import { refusalsOf } from "./refusals.js";
import { type Scenario, scenariosOf } from "./scenarios.js";
import type { Target } from "./targets.js";

export interface JudgeOptions extends Context {
  readonly input: string;
  /** Providers named by the user: they alone count for the severity then. */
  readonly providers: readonly string[];
  /** The generation of the host version in use; null for requests. */
  readonly generation: HostGeneration | null;
  /** Grade for an import there. */
  readonly target?: Target;
}

/** Damage with the refusals that it accounts for, on its way to a finding. */
interface Case {
  readonly rule: Rule;
  readonly damage: Damage;
  readonly rows: ReadonlySet<Row>;
  readonly effects: Map<string, Accumulated>;
}

/** One effect at one target, over the host versions on which it was seen. */
interface Accumulated {
  readonly target: string;
  readonly effect: Effect["effect"];
  readonly error?: string;
  readonly generations: Set<HostGeneration>;
  worst: Severity;
}

/** A finding with the place in the conversation that it speaks of. */
export interface Judged {
  readonly finding: Finding;
  readonly rule: Rule;
  readonly row: Row;
  readonly message: Message | undefined;
  readonly block: Block | undefined;
  readonly hostEffects: readonly HostEffect[];
}

/** All findings of one conversation: what its rows show, and what each host and provider makes of it. */
export function judge(conversation: Conversation, options: JudgeOptions): Finding[] {
  return linkRejections(
    conversation,
    judgeInPlace(conversation, options).map(({ finding }) => finding),
  );
}

/** True where nothing but its rows is asked about, and in these there is nothing to judge. */
export function isPlain({ plain }: { plain?: Plain }, options: JudgeOptions): boolean {
  if (options.directoryExists || options.moves) return false;
  return plain !== undefined && isPlainAt(plain, options.now, options.generation);
}

export function judgeInPlace(conversation: Conversation, options: JudgeOptions): Judged[] {
  if (isPlain(conversation, options)) return [];
  const cases = RULES.filter((rule) => rule.inputs.includes(conversation.store)).flatMap((rule) =>
    (rule.detect?.(conversation, options) ?? []).map((damage) => newCase(rule, damage)),
  );
  const index = indexCases(cases);
  const stops: Stopped[] = [];
  for (const scenario of scenariosOf(conversation, options.providers, options.now)) {
    addSymptoms(conversation, scenario, index, options);
    const { stop } = scenario.replay;
    if (stop) stops.push({ ...scenario, stop });
  }
  addStops(conversation, stops, index, options);
  const owners = rowOwners(conversation);
  return index.all
    .filter((one) => !isSubsumed(one, index))
    .map((one) => {
      const hostEffects = hostEffectsOf(one.rule.id, one.damage.variant, conversation);
      return {
        finding: toFinding(one, hostEffects, conversation, owners, options),
        rule: one.rule,
        row: one.damage.row,
        block: one.damage.block,
        message: one.damage.message ?? owners.get(one.damage.row),
        hostEffects,
      };
    });
}

function newCase(rule: Rule, damage: Damage): Case {
  return { rule, damage, rows: new Set([damage.row, ...(damage.others ?? [])]), effects: new Map() };
}

interface CaseIndex {
  readonly all: Case[];
  readonly byRow: Map<Row, Case[]>;
}

function indexCases(cases: Case[]): CaseIndex {
  const index: CaseIndex = { all: [], byRow: new Map() };
  for (const one of cases) addCase(index, one);
  return index;
}

function addCase(index: CaseIndex, one: Case): Case {
  index.all.push(one);
  for (const row of one.rows) addTo(index.byRow, row, one);
  return one;
}

function addSymptoms(
  conversation: Conversation,
  scenario: Scenario,
  index: CaseIndex,
  options: JudgeOptions,
): void {
  const { provider, replay, generation } = scenario;
  const stored = provider.id === "as-stored";
  for (const { rule, symptom } of refusalsOf(conversation, replay.turns, provider, stored)) {
    const owner = ownerOf(rule, symptom, index, conversation, stored);
    if (!owner || stored) continue;
    addEffect(owner, {
      target: provider.id,
      effect: "rejected",
      generation,
      error: errorText(provider, symptom.text ?? rule.id, { n: symptom.turn, id: symptom.callId }),
      severity: gradeOf(provider, generation, options),
    });
  }
}

type Stopped = Omit<Scenario, "replay"> & { readonly stop: Stop };

/** The host in use first: a stop that no row shows is told for it alone; on another one it is a note where there is nothing to mend. */
function addStops(
  conversation: Conversation,
  stops: readonly Stopped[],
  index: CaseIndex,
  options: JudgeOptions,
): void {
  const isInUse = ({ generation }: Stopped) => isCurrent(generation, options);
  for (const one of [...stops.filter(isInUse), ...stops.filter((other) => !isInUse(other))]) {
    const { provider, generation, stop } = one;
    const owner = stopOwner(stop, index, isInUse(one));
    if (!owner) continue;
    const isNote = !isInUse(one) && (owner.damage.safety ?? owner.rule.safety) === "none";
    const severity = isNote ? "info" : gradeOf(provider, generation, options);
    const { verdict: effect, error } = stop;
    addEffect(owner, { target: conversation.store, effect, error, generation, severity });
  }
}

/** The damage that a stop names, else one of its rows that explains it, else the stop itself, on the host in use. */
function stopOwner({ rule, rows }: Stop, index: CaseIndex, isCurrent: boolean): Case | undefined {
  const cases = rows.flatMap((row) => index.byRow.get(row) ?? []);
  const own =
    cases.find((one) => one.rule.id === rule) ?? cases.find((one) => one.rule.explains?.includes(rule));
  if (own || !isCurrent) return own;
  const named = RULES.find(({ id }) => id === rule);
  return named && addCase(index, newCase(named, { row: rows[0]!, evidence: {} }));
}

/** The damage that accounts for a refusal; where no row-level rule claims it, the refusal is the finding. */
function ownerOf(
  rule: Rule,
  symptom: Symptom,
  index: CaseIndex,
  conversation: Conversation,
  stored: boolean,
): Case | null {
  const row = symptom.row ?? conversation.messages.at(-1)?.row;
  if (!row) return null;
  const rows = [row, ...(symptom.others ?? [])];
  // A healthy shape explains what a wire makes of it, never damage in the rows themselves.
  const isSame = (one: Case) => one.rule.id === rule.id && one.damage.variant === symptom.variant;
  const claims = (one: Case) =>
    isSame(one) || (one.rule.explains?.includes(rule.id) && !(stored && one.rule.atMost));
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

function addEffect(
  one: Case,
  seen: {
    target: string;
    effect: Effect["effect"];
    error?: string;
    generation: HostGeneration | null;
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
  if (seen.generation) known.generations.add(seen.generation);
  if (rank[seen.severity] < rank[known.worst]) known.worst = seen.severity;
  one.effects.set(key, known);
}

function gradeOf(provider: Provider, generation: HostGeneration | null, options: JudgeOptions): Severity {
  const counts =
    options.providers.length > 0 ? options.providers.includes(provider.id) : provider.major === true;
  if (!counts) return "info";
  return isCurrent(generation, options) ? "error" : "warning";
}

function isCurrent(generation: HostGeneration | null, options: JudgeOptions): boolean {
  return generation === null || generation === options.generation;
}

/** A refusal-born finding on a row that a wider damage of the same conversation already names. */
function isSubsumed(one: Case, index: CaseIndex): boolean {
  const atRow = index.byRow.get(one.damage.row) ?? [];
  return atRow.some(
    (other) =>
      other !== one &&
      other.damage.row === one.damage.row &&
      !other.rule.atMost &&
      other.rule.explains?.includes(one.rule.id),
  );
}

function toFinding(
  one: Case,
  hostEffects: readonly HostEffect[],
  conversation: Conversation,
  owners: ReadonlyMap<Row, Message>,
  options: JudgeOptions,
): Finding {
  const { rule, damage } = one;
  const effects: Effect[] = [
    ...hostEffects.map((effect) => described(effect, conversation.store)),
    ...[...one.effects.values()].map((seen) => ({
      target: seen.target,
      effect: seen.effect,
      ...(seen.error && { error: seen.error }),
      ...hostsOf(seen.generations, HOSTS[conversation.store].generations),
    })),
  ];
  const grades = [
    ...hostEffects.map((effect) => hostGrade(effect, options)),
    ...[...one.effects.values()].map((seen) => seen.worst),
  ];
  const worst = worstOf(grades);
  const severity = rule.atMost && rank[worst] < rank[rule.atMost] ? rule.atMost : worst;
  const safety =
    damage.safety ?? (conversation.store === "request" ? rule.requestSafety : undefined) ?? rule.safety;
  const place = placeOf(damage.row, damage.message ?? owners.get(damage.row), conversation);
  return {
    rule: rule.id,
    severity,
    input: options.input,
    session: conversation.id,
    ...place,
    ...(damage.callId !== undefined && { callId: damage.callId }),
    evidence: damage.evidence,
    effects,
    repair: { safety, ...(rule.action && safety !== "none" && { action: rule.action }) },
    fingerprint: fingerprintOf(rule.id, identityOf(conversation, options.input), damage.row, damage.variant),
  };
}

/** Requests have no id of their own: the name of their file tells them apart. */
function identityOf({ store, id }: Conversation, input: string): string {
  return store === "request" ? `${basename(input)} ${id}` : id;
}

/** The versions as a semver range; nothing where it happens on all of them. */
function hostsOf(seen: ReadonlySet<HostGeneration>, all: readonly HostGeneration[]): { hosts?: string } {
  if (seen.size === 0 || seen.size === all.length) return {};
  const ranges: string[] = [];
  for (let at = 0; at < all.length; at++) {
    if (!seen.has(all[at]!)) continue;
    const from = at;
    while (at + 1 < all.length && seen.has(all[at + 1]!)) at++;
    const until = all[at]!.until;
    ranges.push(
      [from === 0 ? "" : `>=${all[from]!.since}`, until ? `<${until}` : ""].filter(Boolean).join(" "),
    );
  }
  return { hosts: ranges.join(" || ") };
}

function placeOf(
  row: Row,
  message: Message | undefined,
  conversation: Conversation,
): Pick<Finding, "message" | "part" | "position"> {
  if (row === conversation.row) return {};
  if (row.table === "part") return { ...(message && { message: message.row.id }), part: row.id };
  return {
    message: row.id,
    ...(conversation.store !== "opencode" && message && { position: message.position }),
  };
}

function rowOwners(conversation: Conversation): Map<Row, Message> {
  const owners = new Map<Row, Message>();
  for (const message of conversation.messages) {
    owners.set(message.row, message);
    for (const { row } of message.blocks) owners.set(row, message);
  }
  return owners;
}
