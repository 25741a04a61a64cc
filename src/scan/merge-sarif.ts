import { DoctorError } from "../errors.js";
import { addTo } from "../model/group.js";
import type { Severity, Shards } from "../model/report.js";
import { byText, joinedShards } from "./merge.js";

/** The parts of a SARIF log that a merge looks at; all others are kept as they are. */
export interface SarifLog {
  readonly version: string;
  readonly runs: readonly SarifRun[];
}

interface SarifRun {
  readonly tool: { readonly driver: { readonly name: string; readonly version?: string } };
  readonly invocations?: readonly {
    readonly executionSuccessful: boolean;
    readonly toolExecutionNotifications?: readonly Located[];
  }[];
  readonly properties?: { readonly shards?: Shards };
  readonly results?: readonly (Located & { readonly level?: string })[];
}

interface Located {
  readonly locations?: readonly {
    readonly physicalLocation?: { readonly artifactLocation?: { readonly uri?: string } };
  }[];
}

export interface NamedLog {
  readonly name: string;
  readonly log: SarifLog;
}

/**
 * Joins SARIF logs of this tool into one run.
 * @throws DoctorError USAGE where the shards do not belong together, UNSUPPORTED for logs of other tools or versions
 */
export function mergeSarif(logs: readonly NamedLog[]): SarifLog {
  const runs = logs.flatMap(({ name, log }) => log.runs.map((run) => ({ name, run })));
  const [first] = runs;
  if (!first) throw new DoctorError("UNSUPPORTED", `${logs[0]?.name}: a SARIF log without a run`);
  for (const { name, run } of runs) refuseOther(name, run, first.run);
  const shards = joinedShards(
    runs.flatMap(({ name, run }) =>
      run.properties?.shards ? [{ name, shards: run.properties.shards }] : [],
    ),
  );
  const all = runs.map(({ run }) => run);
  const notifications = byPlace(
    all.map(({ invocations = [] }) => invocations.flatMap((one) => one.toolExecutionNotifications ?? [])),
  );
  // A shard that is missing is told by the shards, and no longer when it is merged.
  const isWhole = (run: SarifRun) =>
    (run.invocations ?? []).every((one) => one.executionSuccessful || isForShards(run));
  const { properties: _, results: __, ...head } = first.run;
  const [log] = logs;
  const merged: SarifRun = {
    ...head,
    invocations: [
      {
        executionSuccessful: shards === null && notifications.length === 0 && all.every(isWhole),
        toolExecutionNotifications: notifications,
      },
    ],
    ...(shards && { properties: { shards } }),
    results: byPlace(all.map((run) => run.results ?? [])),
  };
  return { ...(log?.log ?? { version: "2.1.0" }), runs: [merged] };
}

/** True for a run that is incomplete only because it lacks shards. */
function isForShards({ properties, invocations = [] }: SarifRun): boolean {
  return (
    properties?.shards !== undefined && invocations.every((one) => !one.toolExecutionNotifications?.length)
  );
}

function refuseOther(name: string, { tool }: SarifRun, first: SarifRun): void {
  const nameOf = ({ driver }: SarifRun["tool"]) => `${driver.name} ${driver.version ?? ""}`;
  if (tool.driver.name !== "session-doctor")
    throw new DoctorError(
      "UNSUPPORTED",
      `${name}: a SARIF log of ${tool.driver.name}, not of session-doctor`,
    );
  if (nameOf(tool) !== nameOf(first.tool))
    throw new DoctorError(
      "UNSUPPORTED",
      `${name}: of ${nameOf(tool)}, while the first log is of ${nameOf(first.tool)}`,
      "make the reports with one version",
    );
}

/** Sorted by file. The items of a file keep their order; if several logs name it, they are sorted by their text. */
function byPlace<Item extends Located>(logs: readonly (readonly Item[])[]): Item[] {
  const places = new Map<string, Item[][]>();
  for (const items of logs) {
    const own = new Map<string, Item[]>();
    for (const item of items) addTo(own, decodeURIComponent(uriOf(item)), item);
    for (const [place, some] of own) addTo(places, place, some);
  }
  const sorted = [...places].sort(([one], [other]) => (one < other ? -1 : 1));
  return sorted.flatMap(([, lists]) => (lists.length === 1 ? lists.flat() : byText(lists.flat())));
}

function uriOf({ locations = [] }: Located): string {
  return locations[0]?.physicalLocation?.artifactLocation?.uri ?? "";
}

const SEVERITY: Readonly<Record<string, Severity>> = { error: "error", warning: "warning", note: "info" };

/** The facts that decide the exit code. */
export function verdictOf({ runs }: SarifLog): {
  findings: { severity: Severity }[];
  incomplete: boolean;
  shards: Shards | undefined;
} {
  const findings = runs.flatMap(({ results = [] }) =>
    results.map(({ level = "warning" }) => ({ severity: SEVERITY[level] ?? "warning" })),
  );
  const incomplete = runs.some(({ invocations = [] }) => invocations.some((one) => !one.executionSuccessful));
  return { findings, incomplete, shards: runs[0]?.properties?.shards };
}
