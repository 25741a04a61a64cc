import { createReadStream, readFileSync } from "node:fs";
import { asDoctorError, DoctorError } from "../errors.js";
import { readJsonLines } from "../files/json-lines.js";
import type { Report } from "../model/report.js";
import { isObject, wordOf } from "../model/text.js";
import { isLine, LineReports } from "./line-reports.js";
import type { NamedReport } from "./merge.js";
import type { SarifLog } from "./merge-sarif.js";
import { isReport } from "./report-shape.js";

/** The reports of a file: one JSON document, any number in NDJSON, or a SARIF log. */
export type ReportFile =
  | { readonly kind: "report"; readonly reports: readonly NamedReport[]; readonly time?: string }
  | { readonly kind: "sarif"; readonly name: string; readonly log: SarifLog };

const SCHEMA_VERSION = 1;

/** @throws DoctorError NOT_FOUND, UNSUPPORTED where it is no report, or one of another schema version */
export async function readReportFile(path: string): Promise<ReportFile> {
  try {
    if (await beginsAsLines(path)) return await readLineReports(path);
    return readDocument(path);
  } catch (error) {
    throw asDoctorError(error, path);
  }
}

async function beginsAsLines(path: string): Promise<boolean> {
  for await (const { value } of readJsonLines(path, createReadStream(path))) return isLine(value);
  return false;
}

async function readLineReports(path: string): Promise<ReportFile> {
  const reports = new LineReports(path);
  for await (const { value, line } of readJsonLines(path, createReadStream(path))) {
    // A line that was cut off: the scan was ended while it wrote.
    if (value === undefined) continue;
    if (!isLine(value)) throw notReport(`${path}: line ${line}`);
    refuseVersion(path, value.schemaVersion);
    if (!reports.add(value)) throw notReport(`${path}: line ${line}`);
  }
  return { kind: "report", ...reports.end() };
}

function readDocument(path: string): ReportFile {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    if (error instanceof SyntaxError) throw notReport(path);
    throw error;
  }
  if (isSarif(value)) return { kind: "sarif", name: path, log: value };
  if (!isObject(value) || typeof value.schemaVersion !== "number" || !Array.isArray(value.inputs))
    throw notReport(path);
  refuseVersion(path, value.schemaVersion);
  if (!isReport(value)) throw notReport(path);
  return { kind: "report", reports: [{ name: path, report: withoutWords(value) }] };
}

/** The reporter writes the words again. */
function withoutWords(report: Report): Report {
  const findings = report.findings.map((finding) => {
    const { title: _, summary: __, ...rest } = { title: "", summary: "", ...finding };
    return rest;
  });
  return { ...report, findings };
}

function refuseVersion(path: string, version: unknown): void {
  if (version !== SCHEMA_VERSION)
    throw new DoctorError(
      "UNSUPPORTED",
      `${path}: a report of schemaVersion ${wordOf(version)}; this version merges ${SCHEMA_VERSION}`,
      "make the reports with one version",
    );
}

function notReport(what: string): DoctorError {
  return new DoctorError(
    "UNSUPPORTED",
    `${what}: no report of doctor`,
    "doctor check … --format json (or ndjson, sarif) makes reports",
  );
}

function isSarif(value: unknown): value is SarifLog {
  return isObject(value) && value.version === "2.1.0" && Array.isArray(value.runs);
}
