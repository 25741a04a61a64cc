import { statSync } from "node:fs";
import { asDoctorError, DoctorError } from "../errors.js";
import { type Holder, holdersOf } from "../files/holders.js";
import {
  changedSince,
  type Database,
  keepLargeBuffers,
  openForReading,
  planRead,
  type ReadPlan,
} from "../files/sqlite.js";
import { damagedPage, orphanFinding } from "../judge/file-findings.js";
import type { JudgeTerms } from "../judge/terms.js";
import { plural } from "../model/numbers.js";
import type { Finding, Findings, InputReport, InputStatus } from "../model/report.js";
import { type DatabaseStore, hostOf, isFork, openDatabase } from "../stores/index.js";
import type { Counts, OrphanRow, Reader } from "../stores/reader.js";
import {
  type BatchContext,
  type BatchResult,
  contextOf,
  conversationTable,
  passes,
  termsOf,
} from "./batch.js";
import { Collector } from "./collector.js";
import { addLostRow, isLost, readinessOf } from "./readiness.js";
import { chosenId, nearestTo } from "./session-choice.js";
import type { StreamOptions } from "./sink.js";
import { sizeOf } from "./size.js";
import { type Attendance, canUseThreads, scanInThreads } from "./threads.js";

export interface InputScan {
  input: InputReport;
  findings: Findings;
  /** The sessions that were asked for and not found; absent if the input could not be read. */
  missing?: readonly Missing[];
  /** The answers of the attendants. */
  attended?: readonly unknown[];
  /** True if there are findings that belong to no conversation that was read. */
  hasUnowned?: boolean;
}

/** A session that was asked for and not found, and the id that is most like it. */
export interface Missing {
  readonly wanted: string;
  readonly near?: string;
}

/** Smaller files (bytes) are scanned on the main thread, because starting another thread would take longer. */
const THREADS_FROM = 48 * 1024 * 1024;

/** `attendance`: the attendants of the threads. */
export interface DatabaseOptions extends StreamOptions {
  readonly attendance?: Attendance;
}

/** Scans one database. Errors are part of the result; it does not throw them. */
export async function scanDatabase(path: string, options: DatabaseOptions): Promise<InputScan> {
  const collector = new Collector(path, options, options.attendance?.keep);
  for (let attempt = 1; ; attempt++) {
    let plan: ReadPlan | null = null;
    // Findings that were told cannot be taken back.
    const isLast = () => attempt === 3 || collector.isTold;
    try {
      plan = planRead(path);
      const scan = await scanPlanned(path, plan, options, collector);
      if (!changedSince(plan)) return scan;
      if (isLast())
        throw new DoctorError(
          "BUSY",
          `${path}: changed while it was read`,
          "scan again when the program that uses it is idle",
        );
    } catch (error) {
      const failure = asDoctorError(error, path);
      if ((failure.code === "BUSY" || (plan && changedSince(plan))) && !isLast()) continue;
      return { input: failedInput(path, failure), findings: [] };
    } finally {
      plan?.dispose();
    }
  }
}

const STATUS_OF: Partial<Record<DoctorError["code"], InputStatus>> = {
  UNSUPPORTED: "unsupported",
  NOT_SQLITE: "unsupported",
  EMPTY_FILE: "unsupported",
  BUSY: "busy",
  TRUNCATED: "truncated",
};

export function failedInput(path: string, failure: DoctorError): InputReport {
  return {
    path,
    kind: "unknown",
    hostVersion: null,
    status: STATUS_OF[failure.code] ?? "unreadable",
    error: {
      code: failure.code,
      message: failure.next ? `${failure.message}; ${failure.next}` : failure.message,
    },
    counts: { sessions: 0, messages: 0, parts: 0 },
  };
}

async function scanPlanned(
  path: string,
  plan: ReadPlan,
  options: DatabaseOptions,
  collector: Collector,
): Promise<InputScan> {
  const db = openForReading(plan);
  try {
    const { store, reader } = openDatabase(db, path);
    const recorded = reader.hostVersion();
    const hostVersion = options.hostVersion ?? recorded ?? reader.host.newest;
    const { holders, isLive } = useOf(plan);
    const ofFork = forkOf(store, reader, hostVersion);
    const context = contextOf(path, hostVersion, options, isLive);
    const terms = termsOf(store, reader.host, context);
    const { handles, missing } = handlesOf(reader, options.sessions, path);
    collector.begin({ kind: store.id, hostVersion }, handles.length);
    const isLarge = statSync(plan.path).size >= THREADS_FROM;
    if (isLarge) keepLargeBuffers();
    const jobs = canUseThreads && handles.length > 64 ? (options.jobs ?? (isLarge ? 2 : 1)) : 1;
    const { attendance } = options;
    const work = { db, store, reader, context, name: plan.name, path, attendance };
    await scanInThreads(work, handles, jobs, collector);
    const { total } = collector;
    const wholeFile = !options.sessions?.length;
    const counts = wholeFile
      ? reader.counts()
      : { sessions: handles.length, messages: total.messages, parts: total.parts };
    const orphans = wholeFile && total.damaged === 0 ? orphansOf(reader, counts, total) : [];
    const unowned = unownedRows(store, orphans, total, terms, context);
    if (options.integrity) unowned.push(...integrityFindings(db, store, terms));
    await collector.add(unowned);
    const size = options.size ? sizeOf(db, store, reader, plan.path) : null;
    const notes = [...reader.notes(), ...(options.size && !size ? [UNCOUNTED] : [])];
    return {
      input: {
        path,
        kind: store.id,
        ...(ofFork && { host: ofFork }),
        hostVersion,
        hostVersionFrom: options.hostVersion ? "option" : recorded ? "file" : "newest-known",
        status: total.unopened + total.damaged > 0 ? "partial" : "ok",
        ...(total.unopened > 0 && { error: unopenedError(total.unopened) }),
        ...(notes.length > 0 && { notes }),
        counts,
        sessions: total.sessions,
        ...(total.gone.size > 0 && { gone: goneOf(total.gone) }),
        ...(holders?.length && { holders }),
        ...(store.targets && !ofFork && { readiness: readinessOf(total.losses, store, reader) }),
        ...(size && { size }),
      },
      findings: collector.findings,
      missing,
      attended: total.attended,
      hasUnowned: unowned.length > 0 || total.damaged > 0,
    };
  } finally {
    db.close();
  }
}

const UNCOUNTED = "its pages are damaged and could not be counted";

/** The id of the program that writes the file, if it is a fork of the store's usual one. */
function forkOf(store: DatabaseStore, reader: Reader, hostVersion: string): string | undefined {
  const host = hostOf(store, reader.host, hostVersion);
  return isFork(store, host) ? host?.id : undefined;
}

/** The other processes that have the file open, and whether one may be at work in it. */
function useOf({ path, mode }: ReadPlan): { holders: Holder[] | null; isLive: boolean } {
  const holders = holdersOf(path);
  return { holders, isLive: mode === "live" && (holders === null || holders.length > 0) };
}

function handlesOf(
  reader: Reader,
  sessions: readonly string[] | undefined,
  path: string,
): { handles: number[]; missing: Missing[] } {
  if (!sessions?.length) return { handles: reader.handles(), missing: [] };
  const wanted = sessions.map((id) => ({ id, handle: reader.handleOf(chosenId(reader, id, path) ?? id) }));
  return {
    handles: wanted.flatMap(({ handle }) => (handle === null ? [] : [handle])),
    missing: wanted
      .filter(({ handle }) => handle === null)
      .map(({ id }) => ({ wanted: id, near: nearestTo(reader, id) })),
  };
}

/** The directories with the most conversations first. */
function goneOf(gone: ReadonlyMap<string, number>): { directory: string; sessions: number }[] {
  return [...gone]
    .map(([directory, sessions]) => ({ directory, sessions }))
    .sort((one, other) => other.sessions - one.sessions || (one.directory < other.directory ? -1 : 1));
}

export function unopenedError(
  number: number,
  name: "row" | "line" = "row",
): NonNullable<InputReport["error"]> {
  return {
    code: "ROW_TOO_LARGE",
    message: `${plural(number, name)} over 32 MB ${number === 1 ? "was" : "were"} sized, not opened`,
  };
}

/** Rows without an owner. Messages and pieces are searched only if their counts do not add up. */
function orphansOf(reader: Reader, counts: Counts, seen: BatchResult): OrphanRow[] {
  const complete = counts.messages === seen.messages && counts.parts === seen.parts;
  return reader.orphans(complete ? "conversation" : undefined);
}

/** The findings that pass the filters; rows that an import would lose are counted in `total`. */
export function unownedRows(
  store: DatabaseStore,
  orphans: readonly OrphanRow[],
  total: BatchResult,
  terms: JudgeTerms,
  context: BatchContext,
): Finding[] {
  const findings: Finding[] = [];
  for (const orphan of orphans) {
    const finding = orphanFinding(orphan, terms);
    if (finding.effects.some((effect) => isLost(effect, store)))
      addLostRow(total.losses, finding.rule, orphan.row);
    if (passes(finding, context)) findings.push(finding);
  }
  return findings;
}

function integrityFindings(db: Database, store: DatabaseStore, terms: JudgeTerms): Finding[] {
  const rows = db.pragma("quick_check(20)", { simple: false }) as { quick_check: string }[];
  return rows
    .map((row) => row.quick_check)
    .filter((line) => line !== "ok")
    .map((line, index) => damagedPage(conversationTable(store), line, index, terms));
}
