import { DoctorError } from "../errors.js";
import { append } from "../model/numbers.js";
import type { Finding, InputReport, Report, Shards, Summary } from "../model/report.js";
import { TOOL } from "../version.js";
import { byId } from "./batch.js";
import { inOrder } from "./findings.js";
import { skippedOf } from "./scan.js";

/** A report, and the file that it was read from. */
export interface NamedReport {
  readonly name: string;
  readonly report: Report;
}

/** The inputs of one path with their findings. Two machines may have a file of the same path. */
interface Group {
  readonly inputs: InputReport[];
  readonly findings: Finding[];
}

/**
 * Joins reports into one. The order and the grouping of the reports make no difference: each list is sorted, each number
 * is a sum.
 * @throws DoctorError USAGE where the shards do not belong together
 */
export function mergeReports(reports: readonly NamedReport[]): Report {
  const groups = new Map<string, Group>();
  for (const { name, report } of reports) addTo(groups, withDoubt(name, report));
  const paths = [...groups.keys()].sort();
  const sorted = paths.flatMap((path) => groups.get(path) ?? []).map(sortedGroup);
  const shards = joinedShards(
    reports.flatMap(({ name, report }) => (report.shards ? [{ name, shards: report.shards }] : [])),
  );
  const inputs = sorted.flatMap((group) => group.inputs);
  const unread = inputs.filter(({ status }) => status !== "ok").length;
  const all = reports.map(({ report }) => report);
  const accepted = sum(all.map((one) => one.accepted ?? 0));
  const skipped = sum(all.map((one) => one.skipped ?? 0));
  return {
    schemaVersion: 1,
    tool: TOOL,
    incomplete: unread > 0 || shards !== null,
    inputs,
    summary: { ...summed(all.map(({ summary }) => summary)), unread },
    findings: sorted.flatMap((group) => group.findings),
    ...(skipped > 0 &&
      skippedOf(
        skipped,
        all.flatMap((one) => one.skippedFiles ?? []),
      )),
    ...(shards && { shards }),
    ...(accepted > 0 && { accepted }),
  };
}

function addTo(groups: Map<string, Group>, { inputs, findings }: Pick<Report, "inputs" | "findings">): void {
  const groupOf = (path: string) => {
    const group = groups.get(path) ?? { inputs: [], findings: [] };
    groups.set(path, group);
    return group;
  };
  for (const input of inputs) groupOf(input.path).inputs.push(input);
  for (const finding of findings) groupOf(finding.input).findings.push(finding);
}

function sortedGroup({ inputs, findings }: Group): Group {
  return {
    inputs: byText(inputs.map(withSortedSessions)),
    // The findings of one input keep the order of its scan where nothing else tells them apart.
    findings: inOrder(inputs.length > 1 ? byText(findings) : [...findings]),
  };
}

/** Sorted by the JSON text: the same order, whatever the order was. */
export function byText<Item>(list: readonly Item[]): Item[] {
  return list
    .map((one) => ({ one, text: JSON.stringify(one) }))
    .sort(({ text: one }, { text: other }) => (one < other ? -1 : 1))
    .map(({ one }) => one);
}

function withSortedSessions(input: InputReport): InputReport {
  return input.sessions ? { ...input, sessions: [...input.sessions].sort(byId) } : input;
}

/** A report that is incomplete for a reason that no input tells gets an input that does. */
function withDoubt(name: string, report: Report): Pick<Report, "inputs" | "findings"> {
  const isExplained =
    !report.incomplete || report.shards !== undefined || report.inputs.some(({ status }) => status !== "ok");
  if (isExplained) return report;
  const error = { code: "NO_INPUT", message: `${name}: the report of a scan that could not finish` };
  return { ...report, inputs: [...report.inputs, unreadInput(name, "unreadable", error)] };
}

export function unreadInput(
  path: string,
  status: InputReport["status"],
  error: NonNullable<InputReport["error"]>,
): InputReport {
  const counts = { sessions: 0, messages: 0, parts: 0 };
  return { path, kind: "unknown", hostVersion: null, status, error, counts };
}

/** All shards that the reports hold; null where none is missing. @throws DoctorError USAGE */
export function joinedShards(all: readonly { name: string; shards: Shards }[]): Shards | null {
  const [first] = all;
  if (!first) return null;
  const has: number[] = [];
  for (const { name, shards } of all) {
    if (shards.of !== first.shards.of)
      throw new DoctorError(
        "USAGE",
        `${name}: one of ${shards.of} shards, while ${first.name} is one of ${first.shards.of}: they do not belong together`,
      );
    const double = shards.has.find((index) => has.includes(index));
    if (double !== undefined)
      throw new DoctorError(
        "USAGE",
        `${name}: shard ${double} of ${shards.of} is there twice`,
        "name each report once",
      );
    append(has, shards.has);
  }
  has.sort((one, other) => one - other);
  return has.length === first.shards.of ? null : { of: first.shards.of, has };
}

/** The numbers of the shards that are not there. */
export function missingShards({ of, has }: Shards): number[] {
  return Array.from({ length: of }, (_, at) => at + 1).filter((index) => !has.includes(index));
}

function summed(all: readonly Summary[]): Summary {
  const total = { error: 0, warning: 0, info: 0, sessionsAffected: 0, unread: 0 };
  for (const one of all)
    for (const key of ["error", "warning", "info", "sessionsAffected"] as const) total[key] += one[key];
  return total;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
