import type { Conversation } from "../model/conversation.js";
import type { Finding } from "../model/report.js";
import type { RepairTarget, Rule } from "../rules/rule.js";
import type { Judged } from "../judge/judge.js";

/** Which repairs the user asked for. */
export interface RepairOptions {
  readonly unsafe?: boolean;
  readonly sequentialize?: boolean;
  readonly dropDuplicatePrompts?: boolean;
  /** All calls that a request lost are known. */
  readonly hasCalls?: boolean;
  /** Only these rules. */
  readonly rules?: readonly string[];
}

/**
 * The order in which damage is mended: rows must be readable before they can be paired, pairs must be whole
 * before steps are closed, and what a repair leaves behind is mended by the rules after it.
 */
export const ORDER = [
  "malformed-json",
  "unknown-block",
  "invalid-message",
  "invalid-part",
  "stored-format",
  "foreign-metadata",
  "provider-executed-call",
  "missing-directory",
  "unlistable-session",
  "missing-project",
  "mismatched-session",
  "future-timestamp",
  "mismatched-column",
  "id-order",
  "invalid-tool-input",
  "invalid-tool-name",
  "lone-surrogate",
  "unsendable-media",
  "invalid-tool-call-id",
  "duplicate-tool-call-id",
  "misplaced-tool-call",
  "missing-tool-calls",
  "orphan-tool-result",
  "duplicate-tool-result",
  "misplaced-tool-result",
  "missing-tool-result",
  "parallel-tool-calls",
  "duplicate-user-message",
  "unanswered-compaction",
  "lost-compaction",
  "dangling-compaction-tail",
  "dangling-revert",
  "missing-step-boundary",
  "content-after-tool-call",
  "stuck-compaction",
  "stuck-tool",
  "orphan-interrupted-tool",
  "dropped-tool-error",
  "incomplete-message",
  "unanswered-subtask",
  "invalid-thinking",
  "dangling-thinking",
  "blank-text",
  "empty-message",
  "leading-assistant",
  "trailing-space",
  "assistant-prefill",
  "role-order",
  "dangling-parent",
];

/** So often is mended and looked again; more means that a repair does not hold. */
const ROUNDS = 3 * ORDER.length;

const OPT_IN: Record<string, (options: RepairOptions) => boolean | undefined> = {
  "parallel-tool-calls": (options) => options.sequentialize,
  "duplicate-user-message": (options) => options.dropDuplicatePrompts,
  "missing-tool-calls": (options) => options.hasCalls || options.unsafe,
};

/** Whether the user asked for the repair of a rule that waits for that; undefined where it waits for nothing. */
export function isOptedIn(rule: string, options: RepairOptions): boolean | undefined {
  const optIn = OPT_IN[rule];
  return optIn && optIn(options) === true;
}

/** What is being mended: rows of a scratch copy, or the messages of a request. */
export interface Patient {
  /** Reads it as it stands now, and judges it. */
  look(): { conversation: Conversation; judged: Judged[] };
  mend(rule: Rule, targets: readonly RepairTarget[], conversation: Conversation): void;
  /** Remembers how everything stands, until it is kept or undone. */
  mark(): Mark;
  /** A rule whose damage may come to light at the end of the list, when what hid it is gone. */
  readonly mayUncover?: string;
  /** Last touches when nothing mendable is left; true where there were any. */
  settle?(): boolean;
}

export interface Mark {
  keep(): void;
  undo(): void;
}

export interface Outcome {
  readonly session: string;
  /** False: mending would bring new damage, so that everything is to stay as it was. */
  readonly isBetter: boolean;
  readonly mended: readonly Finding[];
  readonly remaining: readonly Finding[];
  /** Fingerprints that the scan will find afterwards: what verifies the repair. */
  readonly expected: readonly string[];
}

/** Mends rule by rule, and looks again after each, until nothing mendable is left. */
export function mendRounds(patient: Patient, options: RepairOptions): Outcome {
  let now = patient.look();
  const session = now.conversation.id;
  const before = now.judged.map(({ finding }) => finding);
  const stuck = new Set<string>();
  for (let round = 0; round < ROUNDS; round++) {
    const rule = nextRule(now.judged, stuck, options);
    if (!rule) break;
    const chosen = now.judged.filter((one) => one.rule === rule && isWanted(one, options));
    const known = now.judged;
    const mark = patient.mark();
    patient.mend(
      rule,
      chosen.map((one) => targetOf(one, now.conversation)),
      now.conversation,
    );
    now = patient.look();
    const left = new Set(now.judged.map(({ finding }) => stateOf(finding)));
    const stays = ({ finding }: Judged) => left.has(stateOf(finding));
    if (chosen.every(stays)) stuck.add(rule.id);
    else stuck.clear();
    // What mends nothing writes nothing.
    if (known.every(stays)) {
      mark.undo();
      now = patient.look();
    } else mark.keep();
  }
  if (patient.settle?.()) now = patient.look();
  const after = now.judged.map(({ finding }) => finding);
  const isBetter = !bringsDamage(before, after, patient.mayUncover);
  const last = isBetter ? after : before;
  const remains = new Set(last.map(({ fingerprint }) => fingerprint));
  return {
    session,
    isBetter,
    mended: before.filter(({ fingerprint }) => !remains.has(fingerprint)),
    remaining: last.filter((finding) => finding.severity !== "info"),
    expected: last.map(({ fingerprint }) => fingerprint),
  };
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

function nextRule(open: readonly Judged[], stuck: ReadonlySet<string>, options: RepairOptions): Rule | null {
  const wanted = open.filter((one) => !stuck.has(one.rule.id) && isWanted(one, options));
  const ids = new Set(wanted.map(({ rule }) => rule.id));
  const id = ORDER.find((candidate) => ids.has(candidate));
  return wanted.find(({ rule }) => rule.id === id)?.rule ?? null;
}

function isWanted({ rule, finding }: Judged, options: RepairOptions): boolean {
  if (!(rule.mend ?? rule.repair) || finding.repair.safety === "none") return false;
  if (options.rules?.includes(rule.id) === false) return false;
  const optedIn = isOptedIn(rule.id, options);
  if (optedIn !== undefined) return optedIn;
  // A note hurts nobody here: nothing that works is taken away for it.
  return finding.repair.safety === "safe" || (options.unsafe === true && finding.severity !== "info");
}
