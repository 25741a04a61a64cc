import { statSync } from "node:fs";
import { asDoctorError, DoctorError, noSession } from "../errors.js";
import { isServer } from "../files/postgres/name.js";
import { joined } from "../model/findings.js";
import type { Findings, InputReport, Report, ReportStream } from "../model/report.js";
import { TOOL } from "../version.js";
import { byId } from "./batch.js";
import { failedInput, type InputScan, scanDatabase } from "./database.js";
import { expandInputs, type Inputs, isSqlite } from "./inputs.js";
import { scanJson } from "./json.js";
import { openLines, scanLines } from "./lines.js";
import type { ScanOptions } from "./options.js";
import type { Sink, StreamOptions } from "./sink.js";

/**
 * Scans databases, files and folders, and reports the damage and its effects. Changes nothing.
 * Unreadable inputs are part of the report; only wrong options throw.
 * @throws DoctorError USAGE
 */
export async function scan(input: string | readonly string[], options: ScanOptions = {}): Promise<Report> {
  const report = await scanStream(input, options);
  return { ...report, findings: [...report.findings] };
}

/** Like `scan`, with findings that are read one by one, or that the sink gets. */
export async function scanStream(
  input: string | readonly string[],
  options: StreamOptions = {},
): Promise<ReportStream> {
  const paths = typeof input === "string" ? [input] : input;
  return scanNamed(paths, expandInputs(paths), options);
}

/** Scans the files of these paths. Where no file is of a known kind, the paths are reported. */
export async function scanNamed(
  paths: readonly string[],
  inputs: Inputs,
  options: StreamOptions,
): Promise<ReportStream> {
  const report = await scanInputs(inputs, options);
  if (report.inputs.length > 0 || options.sink?.isClosed) return report;
  const nothing = paths.map((path) =>
    failedInput(path, new DoctorError("NO_INPUT", `${path}: no file of a known kind in this folder`)),
  );
  for (const one of nothing) await options.sink?.end(one);
  return { ...report, ...reportOf(nothing, []) };
}

/** Scans a list of files. */
export async function scanInputs({ files, skipped }: Inputs, options: StreamOptions): Promise<ReportStream> {
  const { sink } = options;
  // A session that no input holds is told at each of them, when all are read.
  const endsLate = Boolean(options.sessions?.length);
  const unknown = [...skipped];
  const scans: InputScan[] = [];
  for (const { path, named, error } of files) {
    if (sink?.isClosed) break;
    const result = error ? { input: failedInput(path, error), findings: [] } : await scanFile(path, options);
    if (result.input.status === "unsupported" && !named) {
      unknown.push(path);
      continue;
    }
    result.input.sessions?.sort(byId);
    scans.push(sink ? await told(result, sink) : result);
    if (!endsLate) await sink?.end(result.input);
  }
  tellMissing(scans, options.sessions ?? []);
  if (endsLate) for (const { input } of scans) await sink?.end(input);
  const report = reportOf(
    scans.map(({ input }) => input),
    joined(scans.map(({ findings }) => findings)),
  );
  return { ...report, ...(unknown.length > 0 && skippedOf(unknown.length, unknown)) };
}

/** The most files of no known kind that a report names. */
const NAMED = 100;

/** The part of a report that tells of files of no known kind. `paths`: at least the first ones by name. */
export function skippedOf(
  skipped: number,
  paths: readonly string[],
): Required<Pick<Report, "skipped" | "skippedFiles">> {
  return { skipped, skippedFiles: [...paths].sort().slice(0, NAMED) };
}

/** Hands over the findings that are not told yet: those of a file that was read whole. */
async function told({ input, findings, missing }: InputScan, sink: Sink): Promise<InputScan> {
  const { sessions } = input;
  if (sessions) input.sessions = [];
  if (findings.length > 0 || sessions?.length)
    await sink.take({ input, findings: [...findings], sessions: sessions ?? [] });
  return { input, findings: [], missing };
}

/** Adds an error to the inputs if none of them holds a session that was asked for. */
function tellMissing(scans: readonly InputScan[], sessions: readonly string[]): void {
  const read = scans.filter(({ missing }) => missing !== undefined);
  const lacks = ({ missing }: InputScan, id: string) => missing?.find(({ wanted }) => wanted === id);
  const id = sessions.find((session) => read.length > 0 && read.every((one) => lacks(one, session)));
  if (id === undefined) return;
  const near = read.map((one) => lacks(one, id)?.near).find((one) => one !== undefined);
  for (const { input } of read) {
    const { status, error } = failedInput(input.path, noSession(input.path, id, near));
    Object.assign(input, { status, error });
  }
}

async function scanFile(path: string, options: StreamOptions): Promise<InputScan> {
  try {
    if (isServer(path)) return await (await import("./server.js")).scanServer(path, options);
    if (path === "-") return await scanJson(path, options);
    if (isSqlite(path)) return await scanDatabase(path, options);
    const lines = openLines(path);
    if (lines) return scanLines(lines, options);
    if (statSync(path).size === 0) throw new DoctorError("EMPTY_FILE", `${path}: the file is empty`);
    return await scanJson(path, options);
  } catch (error) {
    return { input: failedInput(path, asDoctorError(error, path)), findings: [] };
  }
}

export function reportOf(inputs: InputReport[], findings: Findings): ReportStream {
  const unread = inputs.filter(({ status }) => status !== "ok").length;
  const summary = { error: 0, warning: 0, info: 0, sessionsAffected: 0, unread };
  const sessions = new Set<string>();
  for (const finding of findings) {
    summary[finding.severity]++;
    if (finding.severity !== "info" && finding.session !== null)
      sessions.add(`${finding.input} ${finding.session}`);
  }
  summary.sessionsAffected = sessions.size;
  return {
    schemaVersion: 1,
    tool: TOOL,
    incomplete: unread > 0,
    inputs,
    summary,
    findings,
  };
}
