import type { JsonObject } from "../model/conversation.js";
import { addTo } from "../model/group.js";
import {
  type Finding,
  type InputReport,
  type Report,
  SEVERITIES,
  type SessionNote,
  type Summary,
} from "../model/report.js";
import { isObject, wordOf } from "../model/text.js";
import { TOOL } from "../version.js";
import { type NamedReport, unreadInput } from "./merge.js";
import { isFinding, isHead, isInput, isNote } from "./report-shape.js";

const TYPES = ["session", "finding", "input", "summary"];

/** True for a line of the NDJSON that `scan` and `check` write. */
export function isLine(value: unknown): value is JsonObject & { type: string } {
  return (
    isObject(value) &&
    typeof value.type === "string" &&
    TYPES.includes(value.type) &&
    "schemaVersion" in value
  );
}

/** Collects the lines of NDJSON into reports: a summary ends one. */
export class LineReports {
  readonly #name: string;
  readonly #reports: NamedReport[] = [];
  #time: string | undefined;
  #inputs: InputReport[] = [];
  #findings: Finding[] = [];
  #sessions = new Map<string, SessionNote[]>();

  constructor(name: string) {
    this.#name = name;
  }

  /** False for a line that lacks what a report needs. */
  add(line: JsonObject & { type: string }): boolean {
    const { type, schemaVersion: _, time, machine, store, database, hostVersion, ...rest } = line;
    if (typeof time === "string" && (this.#time === undefined || time > this.#time)) this.#time = time;
    if (type === "summary") return isHead(rest) && this.#finish(rest);
    // Machines may have files of the same path.
    const path = machine === undefined ? wordOf(database) : `${wordOf(machine)}:${wordOf(database)}`;
    if (type === "session") return this.#addNote(path, rest);
    if (type === "input") {
      const input = { path, kind: store, hostVersion, ...rest };
      return isInput(input) && this.#inputs.push(input) > 0;
    }
    const finding = findingOf(rest, path);
    return isFinding(finding) && this.#findings.push(finding) > 0;
  }

  #addNote(path: string, { session, ...rest }: JsonObject): boolean {
    const note = { id: session, ...rest };
    if (!isNote(note)) return false;
    addTo(this.#sessions, path, note);
    return true;
  }

  /** The reports, and the time of the last scan. Lines without a summary are of a scan that was ended. */
  end(): { reports: readonly NamedReport[]; time?: string } {
    if (this.#inputs.length > 0 || this.#findings.length > 0 || this.#reports.length === 0) this.#cut();
    return { reports: this.#reports, ...(this.#time !== undefined && { time: this.#time }) };
  }

  #finish(head: Omit<Report, "inputs" | "findings">): true {
    const inputs = this.#inputs.map((input) => {
      const sessions = this.#sessions.get(input.path);
      return input.kind === "unknown" ? input : { ...input, sessions: sessions ?? [] };
    });
    this.#reports.push({
      name: this.#name,
      report: { ...head, schemaVersion: 1, inputs, findings: this.#findings },
    });
    this.#inputs = [];
    this.#findings = [];
    this.#sessions = new Map();
    return true;
  }

  #cut(): void {
    const error = { code: "TRUNCATED", message: `${this.#name}: ends without a summary: the scan was ended` };
    const known = new Set(this.#inputs.map(({ path }) => path));
    const open = new Set(this.#findings.map(({ input }) => input).filter((path) => !known.has(path)));
    for (const path of open) this.#inputs.push(unreadInput(path, "truncated", error));
    if (open.size === 0) this.#inputs.push(unreadInput(this.#name, "truncated", error));
    this.#finish({ schemaVersion: 1, tool: TOOL, incomplete: true, summary: summaryOf(this.#findings) });
  }
}

function findingOf({ title: _, summary: __, rule, severity, ...rest }: JsonObject, input: string): unknown {
  return { rule, severity, input, ...rest };
}

function summaryOf(findings: readonly Finding[]): Summary {
  const count = (wanted: string) => findings.filter(({ severity }) => severity === wanted).length;
  const [error, warning, info] = SEVERITIES.map(count);
  const affected = findings.filter(({ severity, session }) => severity !== "info" && session !== null);
  const sessionsAffected = new Set(affected.map(({ input, session }) => `${input} ${session}`)).size;
  return { error: error ?? 0, warning: warning ?? 0, info: info ?? 0, sessionsAffected, unread: 0 };
}
