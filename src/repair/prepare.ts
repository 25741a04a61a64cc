import { DoctorError, noSession } from "../errors.js";
import { MAX_ROW_BYTES } from "../files/limits.js";
import { refuseOtherEncoding } from "../files/ordinary.js";
import { digestOf, type Operation, readRow } from "../files/rows.js";
import { type Database, openForReading, planRead, writeStamp } from "../files/sqlite.js";
import { conversationTable, tableNamed } from "../files/tables.js";
import { breather } from "../interrupts.js";
import { only } from "../model/findings.js";
import type { Finding, Findings, InputReport } from "../model/report.js";
import { orphanRow } from "../rules/orphan-row.js";
import { scanDatabase } from "../scan/database.js";
import type { ScanOptions } from "../scan/options.js";
import { openWorkshop } from "../stores/bench.js";
import { type DatabaseStore, openDatabase } from "../stores/index.js";
import type { OrphanRow, Reader } from "../stores/reader.js";
import { TOOL } from "../version.js";
import { reasonOf, type SkippedRow } from "./attempts.js";
import {
  type AnyOperation,
  judgeTermsOf,
  type PlanTerms,
  planSession,
  type RepairPlan,
  type SessionPlan,
} from "./plan.js";
import { passesFilters, type RepairOptions } from "./rounds.js";
import { operationsOf, PackedPlans, type SessionPlans } from "./session-plans.js";
import { touchesOf, triggersOf, triggerWords } from "./triggers.js";

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
  const stamp = writeStamp(path);
  const { input, findings, missing } = await scanDatabase(path, {
    ...scanOptions,
    severity: "info",
    rules: undefined,
  });
  refuseUnread(path, input);
  const [unknown] = missing ?? [];
  if (unknown) throw noSession(path, unknown.wanted, unknown.near);
  const read = planRead(path);
  try {
    const db = openForReading(read);
    const { store, reader } = openDatabase(db, path);
    refuseOtherEncoding(db, path);
    const terms = planTermsOf(path, input.hostVersion ?? reader.host.newest, scanOptions);
    const workshop = openWorkshop(read.name, store.database, path);
    try {
      const judgeTerms = judgeTermsOf(store, reader.host, terms);
      const { damaged, hasOrphans } = sessionsIn(findings);
      const sessions = await planSessions(
        damaged,
        findings,
        store,
        reader,
        (handle) => planSession(workshop.benchOf(handle), judgeTerms, options),
        (done, total) => scanOptions.onProgress?.(done, total, `plan for ${path}`),
      );
      const orphans = orphanPlan(db, store, reader, findings, options);
      if (orphans) sessions.add(orphans);
      return {
        plan: {
          schemaVersion: 1,
          tool: TOOL,
          database: path,
          kind: store.id,
          ...(input.host && { host: input.host }),
          terms,
          options,
          ...obstaclesOf(db, path, sessions),
          sessions,
        },
        input,
        findings,
        ...(!hasOrphans && { stamp }),
      };
    } finally {
      workshop.scratch.close();
      db.close();
    }
  } finally {
    read.dispose();
  }
}

/** The plans of all damaged conversations that have something to mend, or to tell. */
async function planSessions(
  wanted: ReadonlySet<string>,
  findings: Findings,
  store: DatabaseStore,
  reader: Reader,
  plan: (handle: number) => SessionPlan,
  onProgress: (done: number, total: number) => void,
): Promise<PackedPlans<Operation>> {
  const sessions = new PackedPlans<Operation>();
  const breathe = breather();
  for (const id of wanted) {
    await breathe();
    const handle = reader.handleOf(id);
    if (handle === null) continue;
    const session = planOrSkip(id, store, findings, () => plan(handle));
    if (session.operations.length > 0 || session.remaining.length > 0 || session.skipped)
      sessions.add(session);
    onProgress(sessions.length, wanted.size);
  }
  return sessions;
}

/** @throws DoctorError with the error of an input that could not be read */
function refuseUnread(path: string, { kind, error }: InputReport): void {
  if (kind !== "unknown") return;
  throw new DoctorError((error?.code ?? "INTERNAL") as DoctorError["code"], error?.message ?? path);
}

export function planTermsOf(path: string, hostVersion: string, options: ScanOptions): PlanTerms {
  return {
    input: path,
    hostVersion,
    providers: options.providers ?? [],
    ...(options.model && { model: options.model }),
    now: options.now ?? Date.now(),
    ...(options.moves && { moves: options.moves }),
  };
}

/** The damaged conversations, and whether there are rows without an owner besides. */
export function sessionsIn(findings: Findings): { damaged: Set<string>; hasOrphans: boolean } {
  const damaged = new Set<string>();
  let hasOrphans = false;
  for (const { rule, session } of findings)
    if (rule === orphanRow.id || session === null) hasOrphans = true;
    else damaged.add(session);
  return { damaged, hasOrphans };
}

/** The reasons why a repair would be refused, for the plan. */
function obstaclesOf(
  db: Database,
  path: string,
  sessions: SessionPlans<Operation>,
): Pick<RepairPlan, "obstacles"> {
  const triggers = triggersOf(db, touchesOf(operationsOf(sessions)));
  return triggers.length > 0 ? { obstacles: [triggerWords(path, triggers)] } : {};
}

/** A conversation that cannot be planned stays as it is, and does not stop the others. */
export function planOrSkip(
  id: string,
  store: DatabaseStore,
  findings: Findings,
  plan: () => SessionPlan,
): SessionPlan {
  try {
    return plan();
  } catch (error) {
    const remaining = [...only(findings, ({ session }) => session === id)];
    const table = conversationTable(store.database.tables).name;
    const skipped = { rule: remaining[0]?.rule ?? "", table, id, reason: reasonOf(error) };
    return { session: id, operations: [], mended: [], remaining, skipped: [skipped], expected: [] };
  }
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
