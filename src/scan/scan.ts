import { statSync } from "node:fs";
import { asDoctorError, commandLine, DoctorError } from "../errors.js";
import { isServer } from "../files/postgres/name.js";
import { joined } from "../model/findings.js";
import type { Findings, InputReport, Report, ReportStream } from "../model/report.js";
import { TOOL } from "../version.js";
import { failedInput, type InputScan, scanDatabase } from "./database.js";
import { expandInputs, type Inputs, isSqlite } from "./inputs.js";
import { scanJson } from "./json.js";
import { openLines, scanLines } from "./lines.js";
import type { ScanOptions } from "./options.js";

/**
 * Scans databases, files and folders, and reports the damage and its effects. Changes nothing.
 * Unreadable inputs are part of the report; only wrong options throw.
 * @throws DoctorError USAGE
 */
export async function scan(input: string | readonly string[], options: ScanOptions = {}): Promise<Report> {
  const report = await scanStream(input, options);
  return { ...report, findings: [...report.findings] };
}

/** Like `scan`, with findings that are read one by one. */
export async function scanStream(
  input: string | readonly string[],
  options: ScanOptions = {},
): Promise<ReportStream> {
  const paths = typeof input === "string" ? [input] : input;
  const report = await scanInputs(expandInputs(paths), options);
  if (report.inputs.length > 0) return report;
  const nothing = paths.map((path) =>
    failedInput(path, new DoctorError("NO_INPUT", `${path}: no file of a known kind in this folder`)),
  );
  return { ...report, inputs: nothing, incomplete: true };
}

/** Scans a list of files. */
export async function scanInputs(
  { files, failures, skipped }: Inputs,
  options: ScanOptions,
): Promise<ReportStream> {
  let unknown = skipped;
  const scans: InputScan[] = failures.map(({ path, error }) => ({
    input: failedInput(path, error),
    findings: [],
  }));
  for (const { path, named } of files) {
    const result = await scanFile(path, options);
    if (result.input.status === "unsupported" && !named) unknown++;
    else scans.push(result);
  }
  tellMissing(scans, options.sessions ?? []);
  const report = reportOf(
    scans.map(({ input }) => input),
    joined(scans.map(({ findings }) => findings)),
  );
  return { ...report, ...(unknown > 0 && { skipped: unknown }) };
}

/** Adds an error to the inputs if none of them holds a session that was asked for. */
function tellMissing(scans: readonly InputScan[], sessions: readonly string[]): void {
  const read = scans.filter(({ missing }) => missing !== undefined);
  const id = sessions.find(
    (session) => read.length > 0 && read.every(({ missing }) => missing?.includes(session)),
  );
  if (id === undefined) return;
  for (const { input } of read) {
    const failure = new DoctorError(
      "NOT_FOUND",
      `${input.path}: no session ${id}`,
      `${commandLine("scan", input.path)} lists the damaged ones`,
    );
    const { status, error } = failedInput(input.path, failure);
    Object.assign(input, { status, error });
  }
}

async function scanFile(path: string, options: ScanOptions): Promise<InputScan> {
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
  const summary = { error: 0, warning: 0, info: 0, sessionsAffected: 0 };
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
    incomplete: inputs.some(({ status }) => status !== "ok"),
    inputs,
    summary,
    findings,
  };
}
