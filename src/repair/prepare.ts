import { DoctorError, noSession } from "../errors.js";
import { HOSTS } from "../hosts/hosts.js";
import { breather } from "../interrupts.js";
import { only } from "../model/findings.js";
import type { Finding, Findings, InputReport } from "../model/report.js";
import { scanDatabase } from "../scan/database.js";
import type { ScanOptions } from "../scan/options.js";
import { readerFor } from "../sources/database.js";
import { identifyDatabase } from "../stores/index.js";
import type { OrphanRow, Reader } from "../stores/reader.js";
import { openForReading, planRead } from "../files/sqlite.js";
import { TOOL } from "../version.js";
import { digestOf, type Operation, readRow, type TableName } from "../files/rows.js";
import { type JudgeTerms, planSession, type RepairPlan, type SessionPlan } from "./plan.js";
import type { RepairOptions } from "./rounds.js";
import { Scratch } from "../files/scratch.js";

export interface Prepared {
  readonly plan: RepairPlan;
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
): Promise<Prepared> {
  const { input, findings, missing } = await scanDatabase(path, {
    ...scanOptions,
    severity: "info",
    rules: undefined,
  });
  if (input.kind === "unknown")
    throw new DoctorError(input.error!.code as DoctorError["code"], input.error!.message);
  if (input.kind !== "opencode" && input.kind !== "instatic")
    throw new DoctorError("UNSUPPORTED", `${path}: not a database`);
  if (missing?.length) throw noSession(path, missing[0]!);
  const terms: JudgeTerms = {
    input: path,
    hostVersion: input.hostVersion ?? HOSTS[input.kind].newest,
    providers: scanOptions.providers ?? [],
    ...(scanOptions.model && { model: scanOptions.model }),
    now: scanOptions.now ?? Date.now(),
    ...(scanOptions.moves && { moves: scanOptions.moves }),
  };
  const read = planRead(path);
  try {
    const db = openForReading(read);
    const schema = identifyDatabase(db, path);
    const reader = readerFor(db, schema);
    const scratch = new Scratch(read.name, schema);
    try {
      const wanted = new Set<string>();
      for (const { rule, session } of findings)
        if (rule !== "orphan-row" && session !== null) wanted.add(session);
      const sessions: SessionPlan[] = [];
      const breathe = breather();
      for (const id of wanted) {
        await breathe();
        const handle = reader.handleOf(id);
        if (handle === null) continue;
        const session = planSession(scratch, handle, terms, options);
        if (session.operations.length > 0 || session.remaining.length > 0) sessions.push(session);
        scanOptions.onProgress?.(sessions.length, wanted.size, path);
      }
      const isWanted = options.rules?.includes("orphan-row") ?? true;
      const orphans = isWanted
        ? orphanPlan(reader, findings, (table, rowid) => digestOf(readRow(db, table, rowid)!))
        : null;
      if (orphans) sessions.push(orphans);
      return {
        plan: { schemaVersion: 1, tool: TOOL, database: path, kind: input.kind, terms, sessions },
        input,
        findings,
      };
    } finally {
      scratch.close();
      db.close();
    }
  } finally {
    read.dispose();
  }
}

/** Rows without an owner belong to no conversation: they go to the journal, a child session is set free. */
function orphanPlan(
  reader: Reader,
  findings: Findings,
  digest: (table: TableName, rowid: number) => string,
): SessionPlan | null {
  const mended: Finding[] = [...only(findings, ({ rule }) => rule === "orphan-row")];
  if (mended.length === 0) return null;
  const known = new Set(mended.map((finding) => finding.part ?? finding.message ?? finding.session));
  const operations = reader
    .orphans()
    .filter(({ row }) => known.has(row.id))
    .map((orphan) => orphanOperation(orphan, digest));
  return { session: null, operations, mended, remaining: [], expected: [] };
}

function orphanOperation(
  { row, session }: OrphanRow,
  digest: (table: TableName, rowid: number) => string,
): Operation {
  const table = row.table as TableName;
  const place = {
    table,
    id: row.id,
    session,
    rules: ["orphan-row"],
    rowid: row.rowid!,
    before: digest(table, row.rowid!),
  };
  return table === "session"
    ? { kind: "update", ...place, edits: [], columns: { parent_id: null } }
    : { kind: "delete", ...place };
}
