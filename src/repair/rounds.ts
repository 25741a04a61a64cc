import type { Judged } from "../judge/terms.js";
import type { Conversation } from "../model/conversation.js";
import type { Move } from "../model/move.js";
import { type Finding, rank, type Severity } from "../model/report.js";
import type { AnyRule, RepairTarget } from "../rules/rule.js";
import { STAGES } from "../rules/stage.js";
import type { Workbench } from "../stores/store.js";
import { mendEach, type SkippedRow } from "./attempts.js";

/** Which repairs the user asked for. */
export interface RepairOptions {
  readonly unsafe?: boolean;
  readonly sequentialize?: boolean;
  readonly dropDuplicatePrompts?: boolean;
  /** All calls that a request lost are known. */
  readonly hasCalls?: boolean;
  /** Only these rules. */
  readonly rules?: readonly string[];
  /** Not these rules. */
  readonly ignore?: readonly string[];
  /** Only findings of this severity, and of higher ones. */
  readonly severity?: Severity;
}

/** True for a finding that is to be mended as far as the user's filters go. */
export function passesFilters(
  { rule, severity }: Pick<Finding, "rule" | "severity">,
  options: RepairOptions,
): boolean {
  if (options.ignore?.includes(rule) || options.rules?.includes(rule) === false) return false;
  return options.severity === undefined || rank[severity] <= rank[options.severity];
}

/** Damage is mended and looked at again at most this often; more means that a repair does not hold. */
const ROUNDS = 150;

const OPT_IN: Record<string, (options: RepairOptions) => boolean | undefined> = {
  "parallel-tool-calls": (options) => options.sequentialize,
  "duplicate-user-message": (options) => options.dropDuplicatePrompts,
  "missing-tool-calls": (options) => options.hasCalls || options.unsafe,
};

/** True if the user asked for the repair of a rule that is mended only on request; undefined for other rules. */
export function isOptedIn(rule: string, options: RepairOptions): boolean | undefined {
  const optIn = OPT_IN[rule];
  return optIn && optIn(options) === true;
}

/** The terms on which a conversation is mended. */
export interface MendTerms {
  /** Judges a conversation as it stands now. */
  judge(conversation: Conversation): readonly Judged[];
  readonly moves?: readonly Move[];
  /** A rule whose damage may come to light at the end of the list, when what hid it is gone. */
  readonly mayUncover?: string;
}

export interface Outcome {
  readonly session: string;
  /** False: mending would bring new damage, so that everything is to stay as it was. */
  readonly isBetter: boolean;
  readonly mended: readonly Finding[];
  readonly remaining: readonly Finding[];
  /** Rows that could not be mended, and why. */
  readonly skipped: readonly SkippedRow[];
  /** The fingerprints that a scan must find after the repair. */
  readonly expected: readonly string[];
}

/** A conversation and its damage. */
export interface Look {
  readonly conversation: Conversation;
  readonly judged: readonly Judged[];
}

/**
 * Mends rule by rule, and looks again after each, until nothing mendable is left. `first`: the conversation on the bench as
 * these terms judge it, where that is known.
 */
export function mendRounds(
  bench: Workbench,
  terms: MendTerms,
  options: RepairOptions,
  first?: Look,
): Outcome {
  const look = (): Look => {
    const conversation = bench.look();
    return { conversation, judged: terms.judge(conversation) };
  };
  let now = first ?? look();
  const session = now.conversation.id;
  const before = now.judged.map(({ finding }) => finding);
  const start = bench.mark();
  const stuck = new Set<string>();
  const skipped = new Map<string, SkippedRow>();
  for (let round = 0; round < ROUNDS; round++) {
    const rule = nextRule(now.judged, stuck, options);
    if (!rule) break;
    const chosen = now.judged.filter((one) => one.rule === rule && isWanted(one, options));
    const known = now.judged;
    const mark = bench.mark();
    const targets = chosen.map((judged) => targetOf(judged, now.conversation));
    for (const one of mendAll(bench, rule, targets, now.conversation, terms.moves))
      skipped.set(`${one.rule} ${one.table} ${one.id}`, one);
    now = look();
    const left = new Set(now.judged.map(({ finding }) => stateOf(finding)));
    const stays = ({ finding }: Judged) => left.has(stateOf(finding));
    if (chosen.every(stays)) stuck.add(rule.id);
    else stuck.clear();
    // A mend without effect is undone, so that it writes nothing.
    if (known.every(stays)) {
      mark.undo();
      now = look();
    } else mark.keep();
  }
  // A repair that mends nothing would change the same rows again at each run.
  if (isAsBefore(before, now.judged)) {
    start.undo();
    now = look();
  } else start.keep();
  if (bench.settle?.()) now = look();
  const after = now.judged.map(({ finding }) => finding);
  const isBetter = !bringsDamage(before, after, terms.mayUncover);
  const last = isBetter ? after : before;
  const remains = new Set(last.map(({ fingerprint }) => fingerprint));
  return {
    session,
    isBetter,
    mended: before.filter(({ fingerprint }) => !remains.has(fingerprint)),
    remaining: last.filter(({ rule, severity }) => severity !== "info" && !options.ignore?.includes(rule)),
    skipped: [...skipped.values()],
    expected: last.map(({ fingerprint }) => fingerprint),
  };
}

function isAsBefore(before: readonly Finding[], now: readonly Judged[]): boolean {
  const left = new Set(now.map(({ finding }) => finding.fingerprint));
  return now.length >= before.length && before.every(({ fingerprint }) => left.has(fingerprint));
}

/** Answers with the rows that could not be mended. */
function mendAll(
  bench: Workbench,
  rule: AnyRule,
  targets: readonly RepairTarget[],
  conversation: Conversation,
  moves: readonly Move[] | undefined,
): SkippedRow[] {
  const skipped: SkippedRow[] = [];
  const edits = bench.edits(conversation, rule.id);
  mendEach(
    targets,
    () => bench.mark(),
    (target) => {
      if (bench.exists(target.row)) rule.mend?.({ ...target, moves }, edits);
    },
    ({ row: { table, id } }, reason) => skipped.push({ rule: rule.id, table, id, reason }),
  );
  return skipped;
}

/** A finding as it shows itself: one that stays but changed its face is on its way. */
function stateOf({ fingerprint, callId, evidence }: Finding): string {
  return JSON.stringify([fingerprint, callId, evidence]);
}

function targetOf({ finding, row, message, block }: Judged, conversation: Conversation): RepairTarget {
  // A piece that the replay copied is looked for by its row.
  const stored =
    block && message?.blocks.includes(block) ? block : message?.blocks.find((piece) => piece.row === row);
  return { conversation, row, message, block: stored, evidence: finding.evidence };
}

/**
 * A repair that would bring new damage is no repair. Damage that a row hid behind worse damage may come to light;
 * on a row that was whole it would be the repair's own.
 */
function bringsDamage(
  before: readonly Finding[],
  after: readonly Finding[],
  mayUncover: string | undefined,
): boolean {
  const known = new Set(before.map(({ fingerprint }) => fingerprint));
  const damagedRows = new Set(before.filter(({ severity }) => severity !== "info").map(rowOf));
  return after.some(
    (finding) =>
      finding.severity !== "info" &&
      finding.rule !== mayUncover &&
      !known.has(finding.fingerprint) &&
      !damagedRows.has(rowOf(finding)),
  );
}

function rowOf({ part, message, session }: Finding): string {
  return part ?? message ?? session ?? "";
}

function nextRule(
  open: readonly Judged[],
  stuck: ReadonlySet<string>,
  options: RepairOptions,
): AnyRule | undefined {
  return open
    .filter((one) => !stuck.has(one.rule.id) && isWanted(one, options))
    .map(({ rule }) => rule)
    .sort((one, other) => placeOf(one) - placeOf(other) || (one.id < other.id ? -1 : 1))[0];
}

function placeOf({ stage }: AnyRule): number {
  return stage ? STAGES.indexOf(stage) : STAGES.length;
}

function isWanted({ rule, finding }: Judged, options: RepairOptions): boolean {
  if (!rule.mend || finding.repair.safety === "none") return false;
  if (!passesFilters(finding, options)) return false;
  const optedIn = isOptedIn(rule.id, options);
  if (optedIn !== undefined) return optedIn;
  // Info findings never justify an unsafe repair.
  return finding.repair.safety === "safe" || (options.unsafe === true && finding.severity !== "info");
}
