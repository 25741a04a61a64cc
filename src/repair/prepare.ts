import { DoctorError, noSession } from "../errors.js";
import { MAX_ROW_BYTES } from "../files/limits.js";
import { refuseOtherEncoding } from "../files/ordinary.js";
import { type Cells, digestOf, type Operation, readRow, type TableName } from "../files/rows.js";
import { Scratch } from "../files/scratch.js";
import { type Database, openForReading, planRead } from "../files/sqlite.js";
import { HOSTS } from "../hosts/hosts.js";
import { breather } from "../interrupts.js";
import { only } from "../model/findings.js";
import type { Finding, Findings, InputReport } from "../model/report.js";
import { scanDatabase } from "../scan/database.js";
import type { ScanOptions } from "../scan/options.js";
import { readerFor } from "../sources/database.js";
import { identifyDatabase } from "../stores/index.js";
import type { OrphanRow, Reader } from "../stores/reader.js";
import { TOOL } from "../version.js";
import { triggersOf, triggerWords } from "./allowed.js";
import { reasonOf, type SkippedRow } from "./attempts.js";
import { type JudgeTerms, planSession, type RepairPlan, type SessionPlan } from "./plan.js";
import type { RepairOptions } from "./rounds.js";

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
    now: scanOptions.now ?? Date.now(),
    ...(scanOptions.moves && { moves: scanOptions.moves }),
  };
  const read = planRead(path);
  try {
    const db = openForReading(read);
    const schema = identifyDatabase(db, path);
    refuseOtherEncoding(db, path);
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
        const session = planOrSkip(id, findings, () => planSession(scratch, handle, terms, options));
        if (session.operations.length > 0 || session.remaining.length > 0 || session.skipped)
          sessions.push(session);
        scanOptions.onProgress?.(sessions.length, wanted.size, path);
      }
      const isWanted = options.rules?.includes("orphan-row") ?? true;
      const orphans = isWanted
        ? orphanPlan(reader, findings, (table, rowid) => readRow(db, table, rowid))
        : null;
      if (orphans) sessions.push(orphans);
      return {
        plan: {
          schemaVersion: 1,
          tool: TOOL,
          database: path,
          kind: input.kind,
          terms,
          options,
          ...obstaclesOf(db, path, sessions),
          sessions,
        },
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

/** What a repair would be refused for, told with its plan. */
function obstaclesOf(
  db: Database,
  path: string,
  sessions: readonly SessionPlan[],
): Pick<RepairPlan, "obstacles"> {
  const tables = new Set(sessions.flatMap(({ operations }) => operations.map(({ table }) => table)));
  const triggers = triggersOf(db, [...tables]);
  return triggers.length > 0 ? { obstacles: [triggerWords(path, triggers)] } : {};
}

/** A conversation that cannot be planned stays as it is, and does not stop the others. */
function planOrSkip(id: string, findings: Findings, plan: () => SessionPlan): SessionPlan {
  try {
    return plan();
  } catch (error) {
    const remaining = [...only(findings, ({ session }) => session === id)];
    const skipped = { rule: remaining[0]?.rule ?? "", table: "session", id, reason: reasonOf(error) };
    return { session: id, operations: [], mended: [], remaining, skipped: [skipped], expected: [] };
  }
}

type ReadRow = (table: TableName, rowid: number) => Cells | null;

/** Rows without an owner belong to no conversation: they go to the journal, a child session is set free. */
function orphanPlan(reader: Reader, findings: Findings, read: ReadRow): SessionPlan | null {
  const found: Finding[] = [...only(findings, ({ rule }) => rule === "orphan-row")];
  if (found.length === 0) return null;
  const known = new Set(found.map(rowOf));
  const operations: Operation[] = [];
  const skipped: SkippedRow[] = [];
  for (const orphan of reader.orphans().filter(({ row }) => known.has(row.id))) {
    const planned = orphanOperation(orphan, read);
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

function orphanOperation({ row, session }: OrphanRow, read: ReadRow): Operation | SkippedRow {
  const table = row.table as TableName;
  const skipped = { rule: "orphan-row", table, id: row.id };
  if (row.size > MAX_ROW_BYTES) return { ...skipped, reason: "a row over 32 MB is sized, not opened" };
  const rowid = row.rowid ?? Number.NaN;
  const cells = Number.isSafeInteger(rowid) ? read(table, rowid) : null;
  if (cells === null) return { ...skipped, reason: "its row number is larger than 2^53" };
  const place = { table, id: row.id, session, rules: ["orphan-row"], rowid, before: digestOf(cells) };
  return table === "session"
    ? { kind: "update", ...place, edits: [], columns: { parent_id: null } }
    : { kind: "delete", ...place };
}
