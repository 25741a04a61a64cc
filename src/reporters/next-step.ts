import { commandLine } from "../errors.js";
import type { Finding, ReportStream } from "../model/report.js";

/** The host version to upgrade to, if no repair mends the finding but a later version is not affected. */
export function upgradeOf({ severity, repair, effects }: Finding): string | undefined {
  if (severity !== "error" || repair.safety !== "none") return undefined;
  const ends = effects.map(({ target, hosts }) => ({ target, until: /<(\S+)$/.exec(hosts ?? "")?.[1] }));
  const end = ends.find(({ until }) => until);
  return end && `upgrade ${end.target} to ${end.until} or later`;
}

/** The command that mends the finding: a database in place, a JSON file in a copy. */
export function repairOf({ input, rule }: Finding, { inputs }: Pick<ReportStream, "inputs">): string {
  const kind = inputs.find(({ path }) => path === input)?.kind;
  if (kind !== "export" && kind !== "request") return commandLine("repair", input, "--backup");
  const source = rule === "missing-tool-calls" ? ["--from", "opencode.db"] : [];
  return commandLine("repair", input, ...source, "--output", "fixed.json");
}
