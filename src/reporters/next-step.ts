import compare from "semver/functions/compare.js";
import { commandLine } from "../errors.js";
import type { Finding, ReportStream } from "../model/report.js";

/** Effects that end a conversation, or a prompt. */
const HARMS: ReadonlySet<string> = new Set(["rejected", "crash", "loop", "swallowed", "unreadable"]);

/** The first host version on which the finding does no harm any more, if no repair mends it and there is such a version. */
export function upgradeOf(
  { severity, repair, effects, input }: Finding,
  { inputs }: Pick<ReportStream, "inputs">,
): string | undefined {
  if (severity !== "error" || repair.safety !== "none") return undefined;
  const harms = effects.filter(({ effect }) => HARMS.has(effect));
  const ends = harms.map(({ hosts }) => /<(\S+)$/.exec(hosts ?? "")?.[1]).sort(byVersion);
  const last = ends.at(-1);
  const host =
    harms.find(({ effect }) => effect !== "rejected")?.target ??
    inputs.find(({ path }) => path === input)?.host ??
    "the host";
  return ends.includes(undefined) || last === undefined ? undefined : `upgrade ${host} to ${last} or later`;
}

function byVersion(one: string | undefined, other: string | undefined): number {
  return one && other ? compare(one, other) : 0;
}

/** False for exports and captured requests, which are mended as copies. */
export function isMendedInPlace(input: string, { inputs }: Pick<ReportStream, "inputs">): boolean {
  const kind = inputs.find(({ path }) => path === input)?.kind;
  return kind !== "export" && kind !== "request";
}

/** The command that mends the finding: a database in place, a JSON file in a copy. `choice`: as in `ReporterOptions`. */
export function repairOf(
  { input, rule, repair }: Pick<Finding, "input" | "rule"> & Partial<Pick<Finding, "repair">>,
  report: Pick<ReportStream, "inputs">,
  choice: readonly string[] = [],
): string {
  const unsafe = repair?.safety === "unsafe" ? ["--unsafe"] : [];
  if (isMendedInPlace(input, report)) return commandLine("repair", input, ...choice, ...unsafe, "--backup");
  const source = rule === "missing-tool-calls" ? ["--from", "OPENCODE_DB"] : [];
  return commandLine("repair", input, ...choice, ...source, "--output", "fixed.json");
}
