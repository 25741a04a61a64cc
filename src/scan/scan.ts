import { statSync } from "node:fs";
import { asDoctorError, DoctorError } from "../errors.js";
import type { Finding, InputReport, Report } from "../model/report.js";
import { TOOL } from "../version.js";
import { failedInput, type InputScan, scanDatabase } from "./database.js";
import { expandInputs, isSqlite } from "./inputs.js";
import { scanJson } from "./json.js";
import type { ScanOptions } from "./options.js";

/**
 * Scans databases and folders and reports what is damaged and what it breaks. Changes nothing.
 * Unreadable inputs are part of the report; only wrong options throw.
 * @throws DoctorError USAGE
 */
export async function scan(input: string | readonly string[], options: ScanOptions = {}): Promise<Report> {
  const paths = typeof input === "string" ? [input] : input;
  const { files, failures, skipped } = expandInputs(paths);
  let unknown = skipped;
  const inputs: InputReport[] = failures.map(({ path, error }) => failedInput(path, error));
  const findings: Finding[] = [];
  for (const { path, named } of files) {
    const result = await scanFile(path, options);
    const unknownKind = result.input.status === "unsupported";
    if (unknownKind && !named) {
      unknown++;
      continue;
    }
    inputs.push(result.input);
    for (const finding of result.findings) findings.push(finding);
  }
  if (inputs.length === 0)
    for (const path of paths)
      inputs.push(
        failedInput(path, new DoctorError("NO_INPUT", `${path}: no file of a known kind in this folder`)),
      );
  return { ...reportOf(inputs, findings), ...(unknown > 0 && { skipped: unknown }) };
}

async function scanFile(path: string, options: ScanOptions): Promise<InputScan> {
  try {
    if (path !== "-" && statSync(path).size === 0)
      throw new DoctorError("EMPTY_FILE", `${path}: the file is empty`);
    return path !== "-" && isSqlite(path) ? await scanDatabase(path, options) : await scanJson(path, options);
  } catch (error) {
    return { input: failedInput(path, asDoctorError(error, path)), findings: [] };
  }
}

export function reportOf(inputs: InputReport[], findings: Finding[]): Report {
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
