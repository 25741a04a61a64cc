import { chmodSync, constants, copyFileSync, linkSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { DoctorError, noSession } from "../errors.js";
import { removeLeftovers } from "../files/leftovers.js";
import { type LineOperation, LineSibling, type WrittenChange } from "../files/line-write.js";
import { LineFile } from "../files/lines.js";
import { realFile } from "../files/real-file.js";
import { type Cells, RawText } from "../files/rows.js";
import { sync } from "../files/whole-file.js";
import { judge } from "../judge/judge.js";
import { contextOf } from "../scan/batch.js";
import { type OpenLines, openLines, scanLines } from "../scan/lines.js";
import type { ScanOptions } from "../scan/options.js";
import { type LinesStore, usualHost } from "../stores/index.js";
import { openLineBench, readLines } from "../stores/line-bench.js";
import type { AnyStore } from "../stores/store.js";
import type { Applied, ApplyOptions } from "./apply.js";
import { isAtWork, refuseAtWork } from "./at-work.js";
import { checkTarget, namedBeside } from "./backup.js";
import { contentMark, markOf } from "./identity.js";
import { JournalWriter } from "./journal.js";
import {
  judgeTermsOf,
  newPlan,
  type PlanTerms,
  planSession,
  planTermsOf,
  type RepairPlan,
  type SessionPlan,
} from "./plan.js";
import type { Prepared } from "./prepare.js";
import type { RepairOptions } from "./rounds.js";
import { isIdle } from "./session-plans.js";

/** Plans the repair of a file of lines. Writes nothing; closes the file. */
export function prepareLines(
  open: OpenLines,
  scanOptions: ScanOptions,
  options: RepairOptions,
): Prepared<LineOperation> {
  const { store, file } = open;
  const { path } = file;
  try {
    const again = { store, file: new LineFile(path) };
    const scan = scanLines(again, { ...scanOptions, severity: "info", rules: undefined });
    const [missing] = scan.missing ?? [];
    if (missing) throw noSession(path, missing.wanted, missing.near);
    const stays = { ...scanOptions, moves: undefined };
    const terms = planTermsOf(contextOf(path, scan.input.hostVersion ?? "0.0.0", stays));
    const session = planLines(store, file, path, terms, options);
    return {
      plan: newPlan(store, terms, options, { sessions: isIdle(session) ? [] : [session] }),
      input: scan.input,
      findings: scan.findings,
    };
  } finally {
    file.close();
  }
}

/** Plans the repair of one file on the bench. `name`: the path by which the store knows it. */
export function planLines(
  store: LinesStore,
  file: LineFile,
  name: string,
  terms: PlanTerms,
  options: RepairOptions,
): SessionPlan<LineOperation> {
  const bench = openLineBench(store.lines, file, name);
  return planSession(bench, judgeTermsOf(store, usualHost(store), terms), options);
}

/**
 * Applies a plan: a mended copy beside the file, judged by the scan's own code, takes its place. The file is as before
 * where anything throws; the old one stays as backup.
 * @throws DoctorError IN_USE, CHANGED, VERIFY_FAILED, NO_SPACE, EXISTS, READ_ONLY
 */
export function applyLines(
  path: string,
  plan: RepairPlan<LineOperation>,
  options: ApplyOptions,
  stores?: readonly AnyStore[],
): Applied {
  removeLeftovers(realFile(path), namedBeside(path, "backup", options.backupTo));
  const { store, id, isBusy } = storeAtRest(path, options, stores);
  const nothing = {
    backup: null,
    journal: null,
    rows: 0,
    inFlight: [],
    skipped: [],
    sessions: plan.sessions,
  };
  if (isBusy) return { ...nothing, inFlight: [id], sessions: [] };
  const operations = [...plan.sessions].flatMap(({ operations }) => operations);
  if (operations.length === 0) return nothing;
  const backup = options.backup ? namedBeside(path, "backup", options.backupTo) : null;
  const sibling = new LineSibling(path);
  let journal: JournalWriter | null = null;
  let isKept = false;
  let isDone = false;
  try {
    if (backup) checkTarget(backup, path, sibling.size);
    if (!options.nothing)
      journal = new JournalWriter(namedBeside(path, "undo", backup ?? options.backupTo), {
        database: sibling.target,
        marks: [markOf(id)],
        backup: backup === null ? null : { path: backup, mark: contentMark(sibling.target) },
      });
    sibling.write(operations, (change) => journal?.add(entryOf(change)));
    verifyLines(store, sibling.partial, path, plan);
    journal?.end();
    sibling.putInPlace(() => {
      if (backup) keepAs(sibling.target, backup);
      isKept = true;
    });
    isDone = true;
    if (backup) chmodSync(backup, 0o600);
    return { ...nothing, backup, journal: journal?.path ?? null, rows: operations.length };
  } finally {
    sibling.close();
    if (!isDone) {
      journal?.discard();
      if (backup && isKept) rmSync(backup, { force: true });
    }
  }
}

/** @throws DoctorError IN_USE while a program may append to the file */
export function refuseBusyLines(path: string): void {
  storeAtRest(path, { force: false }, undefined);
}

/** The store of the file and the id of its conversation. `isBusy`: it is at work, and `force` leaves it alone. */
function storeAtRest(
  path: string,
  { force }: Pick<ApplyOptions, "force">,
  stores: readonly AnyStore[] | undefined,
): { readonly store: LinesStore; readonly id: string; readonly isBusy: boolean } {
  const open = openLines(path, stores);
  if (!open) throw new DoctorError("CHANGED", `${path}: is no longer a file of the plan's kind`);
  const { store, file } = open;
  try {
    const { conversation } = readLines(store.lines, file, path);
    const now = Date.now();
    if (!force) refuseAtWork(path, store.lines, conversation, now);
    return { store, id: conversation.id, isBusy: force === true && isAtWork(conversation, now) };
  } finally {
    file.close();
  }
}

/** The scan's own code must find in the copy what the plan foresaw and nothing else. */
function verifyLines(store: LinesStore, copy: string, path: string, plan: RepairPlan<LineOperation>): void {
  const file = new LineFile(copy);
  try {
    const { conversation } = readLines(store.lines, file, path);
    const found = judge(conversation, judgeTermsOf(store, usualHost(store), { ...plan.terms, input: path }));
    const expected = [...plan.sessions].flatMap((session) => session.expected);
    const foreseen = new Set(expected);
    const unforeseen = found.filter(({ fingerprint }) => !foreseen.has(fingerprint));
    if (unforeseen.length > 0 || found.length !== expected.length)
      throw new DoctorError(
        "VERIFY_FAILED",
        `${path}: does not scan as planned after the repair (${unforeseen[0]?.rule ?? "a finding is gone"}); nothing was written`,
      );
  } finally {
    file.close();
  }
}

/** The old file under another name; a copy of it where the file system has no second names, or on another one. */
function keepAs(path: string, backup: string): void {
  try {
    linkSync(path, backup);
  } catch (error) {
    if ((error as { code?: string }).code === "EEXIST")
      throw new DoctorError("EXISTS", `${backup}: exists already; a backup never overwrites`);
    copyFileSync(path, backup, constants.COPYFILE_EXCL);
    sync(backup);
  }
  sync(dirname(backup));
}

function entryOf({ operation, at, before, after, gap }: WrittenChange) {
  const { table, id, rules, kind } = operation;
  return {
    table,
    rowid: at,
    id,
    rules,
    before: kind === "insert" ? null : cellsOf(before),
    after: kind === "delete" ? null : cellsOf(after),
    gap,
  };
}

/** The bytes of a change as the journal keeps them. */
function cellsOf(bytes: Buffer): Cells {
  const text = bytes.toString("utf8");
  return { bytes: Buffer.from(text, "utf8").equals(bytes) ? text : new RawText(bytes) };
}
