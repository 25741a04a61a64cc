import { DoctorError, noSession } from "../errors.js";
import { digestOf, type Operation, readRow } from "../files/rows.js";
import { type Database, openForReading, planRead } from "../files/sqlite.js";
import { tableNamed } from "../files/tables.js";
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
import {
  type AnyOperation,
  judgeTermsOf,
  type PlanTerms,
  planSession,
  type RepairPlan,
  type SessionPlan,
} from "./plan.js";
import type { RepairOptions } from "./rounds.js";

export interface Prepared<O extends AnyOperation = AnyOperation> {
  readonly plan: RepairPlan<O>;
  readonly input: InputReport;
  readonly findings: Findings;
}

/**
 * Scans a database and plans the repair of every conversation that has something to mend. Writes nothing.
 * @throws DoctorError where the database cannot be read whole
 */
export async function prepareRepair(
  path: string,
  scanOptions: ScanOptions,
  options: RepairOptions,
): Promise<Prepared<Operation>> {
  const { input, findings, missing } = await scanDatabase(path, {
    ...scanOptions,
    severity: "info",
    rules: undefined,
  });
  if (input.kind === "unknown")
    throw new DoctorError(
      (input.error?.code ?? "INTERNAL") as DoctorError["code"],
      input.error?.message ?? path,
    );
  if (missing?.[0] !== undefined) throw noSession(path, missing[0]);
  const read = planRead(path);
  try {
    const db = openForReading(read);
    const { store, reader } = openDatabase(db, path);
    const terms: PlanTerms = {
      input: path,
      hostVersion: input.hostVersion ?? reader.host.newest,
      providers: scanOptions.providers ?? [],
      now: scanOptions.now ?? Date.now(),
      ...(scanOptions.moves && { moves: scanOptions.moves }),
    };
    const workshop = openWorkshop(read.name, store.database, path);
    try {
      const judgeTerms = judgeTermsOf(store, reader.host, terms);
      const sessions: SessionPlan<Operation>[] = [];
      const breathe = breather();
      const wanted = damagedSessions(findings);
      for (const id of wanted) {
        await breathe();
        const handle = reader.handleOf(id);
        if (handle === null) continue;
        const session = planSession(workshop.benchOf(handle), judgeTerms, options);
        if (session.operations.length > 0 || session.remaining.length > 0) sessions.push(session);
        scanOptions.onProgress?.(sessions.length, wanted.size, path);
      }
      const isWanted = options.rules?.includes(orphanRow.id) ?? true;
      const orphans = isWanted ? orphanPlan(db, store, reader, findings) : null;
      if (orphans) sessions.push(orphans);
      return {
        plan: { schemaVersion: 1, tool: TOOL, database: path, kind: store.id, terms, sessions },
        input,
        findings,
      };
    } finally {
      workshop.scratch.close();
      db.close();
    }
  } finally {
    read.dispose();
  }
}

function damagedSessions(findings: Findings): Set<string> {
  const wanted = new Set<string>();
  for (const { rule, session } of findings)
    if (rule !== orphanRow.id && session !== null) wanted.add(session);
  return wanted;
}

/** Rows without an owner belong to no conversation: they go to the journal, a child session is set free. */
function orphanPlan(
  db: Database,
  store: DatabaseStore,
  reader: Reader,
  findings: Findings,
): SessionPlan<Operation> | null {
  const mended: Finding[] = [...only(findings, ({ rule }) => rule === orphanRow.id)];
  if (mended.length === 0) return null;
  const known = new Set(mended.map((finding) => finding.part ?? finding.message ?? finding.session));
  const operations = reader
    .orphans()
    .filter(({ row }) => known.has(row.id))
    .flatMap((orphan) => orphanOperation(db, store, orphan) ?? []);
  return { session: null, operations, mended, remaining: [], expected: [] };
}

function orphanOperation(
  db: Database,
  { database }: DatabaseStore,
  { row, session }: OrphanRow,
): Operation | null {
  const { table, id, rowid } = row;
  const stored = rowid === undefined ? null : readRow(db, table, rowid);
  if (rowid === undefined || !stored) return null;
  const place = { table, id, session, rules: [orphanRow.id], rowid, before: digestOf(stored) };
  const { detach } = tableNamed(database.tables, table);
  return detach
    ? { kind: "update", ...place, edits: [], columns: Object.fromEntries(detach.map((name) => [name, null])) }
    : { kind: "delete", ...place };
}
