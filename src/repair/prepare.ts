import { DoctorError, noSession } from "../errors.js";
import { MAX_ROW_BYTES } from "../files/limits.js";
import { digestOf, type Operation, readRow } from "../files/rows.js";
import { Spool } from "../files/spool.js";
import { type Database, openForReading, planRead, writeStamp } from "../files/sqlite.js";
import { tableNamed } from "../files/tables.js";
import { only } from "../model/findings.js";
import type { Finding, Findings, InputReport } from "../model/report.js";
import { orphanRow } from "../rules/orphan-row.js";
import { contextOf } from "../scan/batch.js";
import { type InputScan, scanDatabase } from "../scan/database.js";
import type { ScanOptions } from "../scan/options.js";
import { type DatabaseStore, openDatabase } from "../stores/index.js";
import type { OrphanRow, Reader } from "../stores/reader.js";
import type { SkippedRow } from "./attempts.js";
import { type AnyOperation, newPlan, planTermsOf, type RepairPlan, type SessionPlan } from "./plan.js";
import { type ApartPlan, openPlanner, type Planner, planningOf, settlePlans } from "./planning.js";
import { passesFilters, type RepairOptions } from "./rounds.js";
import { allWrites, type SessionPlans, type SpooledPlan, type SpooledPlans } from "./session-plans.js";
import { triggersOf, triggerWords } from "./triggers.js";

export interface Prepared<O extends AnyOperation = Operation> {
  readonly plan: RepairPlan<O>;
  readonly input: InputReport;
  readonly findings: Findings;
  /** The file before it was scanned; absent where rows without an owner were found. */
  readonly stamp?: string;
}

/**
 * Scans a database and plans the repair of every conversation that has something to mend. Writes nothing.
 * @throws DoctorError where the database cannot be read whole
 */
export async function prepareRepair(
  path: string,
  scanOptions: ScanOptions,
  options: RepairOptions,
): Promise<Prepared> {
  const asked = { ...scanOptions, now: scanOptions.now ?? Date.now() };
  const spool = new Spool();
  const { stamp, scanned } = await scanAndPlan(path, asked, options, spool);
  const { input, findings, missing, attended, hasUnowned } = scanned;
  refuseUnread(path, input);
  const [unknown] = missing ?? [];
  if (unknown) throw noSession(path, unknown.wanted, unknown.near);
  const read = planRead(path);
  const db = openForReading(read);
  try {
    const { store, reader } = openDatabase(db, path);
    const context = contextOf(path, input.hostVersion ?? reader.host.newest, asked);
    const planner = openPlanner({ name: read.name, path, store, reader, context }, options);
    const apart = (attended ?? []) as SpooledPlan<ApartPlan>[];
    const sessions = await sessionsOf(apart, spool, planner, findings);
    const orphans = hasUnowned ? orphanPlan(db, store, reader, findings, options) : null;
    if (orphans) sessions.add(orphans);
    return {
      plan: newPlan(store, planTermsOf(context), options, {
        host: input.host,
        ...obstaclesOf(db, path, sessions),
        sessions,
      }),
      input,
      findings,
      ...(!hasUnowned && { stamp }),
    };
  } finally {
    db.close();
    read.dispose();
  }
}

/** Scans and plans in one pass; where another program wrote meanwhile, once more, and then each plan reads its rows itself. */
async function scanAndPlan(
  path: string,
  asked: ScanOptions,
  options: RepairOptions,
  spool: Spool,
): Promise<{ stamp: string; scanned: InputScan }> {
  const pass = async (isQuiet: boolean) => {
    const stamp = writeStamp(path);
    const attendance = planningOf({ options, isQuiet }, spool);
    const scanned = await scanDatabase(path, { ...asked, severity: "info", rules: undefined, attendance });
    return { stamp, scanned };
  };
  const first = await pass(true);
  const isChanged = first.scanned.attended?.length && writeStamp(path) !== first.stamp;
  return isChanged ? pass(false) : first;
}

/** The plans of all damaged conversations that have something to mend, or to tell. Closes the planner. */
async function sessionsOf(
  apart: readonly SpooledPlan<ApartPlan>[],
  spool: Spool,
  planner: Planner,
  findings: Findings,
): Promise<SpooledPlans<Operation>> {
  try {
    return await settlePlans(apart, spool, planner.claimed, ({ handle, session }) =>
      planner.plan(
        handle,
        session ?? "",
        only(findings, (finding) => finding.session === session),
      ),
    );
  } finally {
    planner.close();
  }
}

/** @throws DoctorError with the error of an input that could not be read */
function refuseUnread(path: string, { kind, error }: InputReport): void {
  if (kind !== "unknown") return;
  throw new DoctorError((error?.code ?? "INTERNAL") as DoctorError["code"], error?.message ?? path);
}

/** The reasons why a repair would be refused, for the plan. */
function obstaclesOf(
  db: Database,
  path: string,
  sessions: SessionPlans<Operation>,
): Pick<RepairPlan, "obstacles"> {
  const triggers = triggersOf(db, [...allWrites(sessions)]);
  return triggers.length > 0 ? { obstacles: [triggerWords(path, triggers)] } : {};
}

/** Rows without an owner belong to no conversation: they go to the journal, a child session is set free. */
export function orphanPlan(
  db: Database,
  store: DatabaseStore,
  reader: Reader,
  findings: Findings,
  options: RepairOptions,
): SessionPlan | null {
  const isWanted = (finding: Finding) => finding.rule === orphanRow.id && passesFilters(finding, options);
  const found: Finding[] = [...only(findings, isWanted)];
  if (found.length === 0) return null;
  const known = new Set(found.map(rowOf));
  const operations: Operation[] = [];
  const skipped: SkippedRow[] = [];
  for (const orphan of reader.orphans().filter(({ row }) => known.has(row.id))) {
    const planned = orphanOperation(db, store, orphan);
    if ("reason" in planned) skipped.push(planned);
    else operations.push(planned);
  }
  const left = new Set(skipped.map(({ id }) => id));
  return {
    session: null,
    operations,
    mended: found.filter((finding) => !left.has(rowOf(finding) ?? "")),
    remaining: found.filter((finding) => left.has(rowOf(finding) ?? "")),
    ...(skipped.length > 0 && { skipped }),
    expected: [],
  };
}

function rowOf({ part, message, session }: Finding): string | null {
  return part ?? message ?? session;
}

function orphanOperation(
  db: Database,
  { database }: DatabaseStore,
  { row, session }: OrphanRow,
): Operation | SkippedRow {
  const { table, id, size, rowid = Number.NaN } = row;
  const skipped = { rule: orphanRow.id, table, id };
  if (size > MAX_ROW_BYTES) return { ...skipped, reason: "a row over 32 MB is sized, not opened" };
  const stored = Number.isSafeInteger(rowid) ? readRow(db, table, rowid) : null;
  if (!stored) return { ...skipped, reason: "its row number is larger than 2^53" };
  const place = { table, id, session, rules: [orphanRow.id], rowid, before: digestOf(stored) };
  const { detach } = tableNamed(database.tables, table);
  return detach
    ? { kind: "update", ...place, edits: [], columns: Object.fromEntries(detach.map((name) => [name, null])) }
    : { kind: "delete", ...place };
}
