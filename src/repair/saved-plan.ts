import { readFileSync } from "node:fs";
import valid from "semver/functions/valid.js";
import { commandLine, DoctorError } from "../errors.js";
import type { Move } from "../model/move.js";
import { SEVERITIES } from "../model/report.js";
import { wordOf } from "../model/text.js";
import { PROVIDERS } from "../providers/providers.js";
import type { ScanOptions } from "../scan/options.js";
import { prepareAny } from "./any.js";
import type { AnyOperation } from "./plan.js";
import type { Prepared } from "./prepare.js";
import type { RepairOptions } from "./rounds.js";

interface SavedSession {
  readonly session: string | null;
  readonly operations: readonly unknown[];
}

/** The contents of a saved plan: its terms, and the changes that it would write. */
interface SavedPlan {
  readonly scan: Pick<ScanOptions, "hostVersion" | "providers" | "model" | "now" | "moves">;
  readonly options: RepairOptions;
  readonly sessions: readonly SavedSession[];
}

/**
 * Plans the repair of a saved plan anew, under its terms, and compares: a plan is a file that anybody may have edited, and
 * only what this version would write itself is written.
 * @throws DoctorError NOT_FOUND, INVALID_JSON, UNSUPPORTED, CHANGED
 */
export async function prepareSaved(
  file: string,
  path: string,
  live: Pick<ScanOptions, "jobs" | "onProgress">,
): Promise<Prepared<AnyOperation>> {
  const saved = readPlan(file, path);
  const ids = saved.sessions.flatMap(({ session }) => session ?? []);
  const isWhole = ids.length < saved.sessions.length;
  const fresh = await prepareAny(
    path,
    { ...saved.scan, ignore: saved.options.ignore, ...(!isWhole && { sessions: ids }), ...live },
    saved.options,
  );
  const planned = new Map([...fresh.plan.sessions].map((session) => [session.session, session]));
  const sessions = saved.sessions.flatMap(({ session, operations }) => {
    const now = planned.get(session);
    if (JSON.stringify(now?.operations ?? []) !== JSON.stringify(operations))
      throw changed(session, operations, path);
    return now ?? [];
  });
  const wanted = new Set(ids);
  const findings = sessions.flatMap(({ mended, remaining }) => [...mended, ...remaining]);
  return {
    input: fresh.input,
    plan: { ...fresh.plan, sessions },
    findings: isWhole
      ? fresh.findings
      : findings.filter(({ session }) => session !== null && wanted.has(session)),
  };
}

/** The files that a saved plan is for; none where the plan does not say it. */
export function filesOfPlan(file: string): string[] {
  try {
    return plansIn(JSON.parse(readFileSync(file, "utf8"))).flatMap(({ database }) =>
      typeof database === "string" ? [database] : [],
    );
  } catch {
    return [];
  }
}

/** The plans of a document: one, or those of several files. */
function plansIn(value: unknown): Record<string, unknown>[] {
  if (!isRecord(value)) return [];
  return Array.isArray(value.plans) ? value.plans.filter(isRecord) : [value];
}

/** The plan of a file; a document with one plan holds it for whatever file is named. */
function planFor(value: unknown, path: string): unknown {
  const plans = plansIn(value);
  return plans.length === 1 ? plans[0] : plans.find(({ database }) => database === path);
}

function changed(session: string | null, operations: readonly unknown[], path: string): DoctorError {
  const [first] = operations;
  const row = isRecord(first) ? `${wordOf(first.table)} ${wordOf(first.id)}` : "a row";
  return new DoctorError(
    "CHANGED",
    `${path}: ${row} of ${session === null ? "no session" : `session ${session}`} was changed after the plan was made, or the plan itself was edited; nothing was written`,
    commandLine("repair", path),
  );
}

function readPlan(file: string, path: string): SavedPlan {
  const again = commandLine("repair", path, "--format", "json", "--output", file);
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    if ((error as { code?: string }).code === "ENOENT")
      throw new DoctorError("NOT_FOUND", `${file}: no such plan`, again);
    throw new DoctorError("INVALID_JSON", `${file}: not a saved plan`, again);
  }
  const plan = planOf(planFor(value, path));
  if (!plan) throw new DoctorError("UNSUPPORTED", `${file}: not a saved plan of this version`, again);
  return plan;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function planOf(value: unknown): SavedPlan | null {
  if (!isRecord(value) || value.schemaVersion !== 1 || !Array.isArray(value.sessions)) return null;
  const scan = scanOf(value.terms);
  const options = optionsOf(value.options);
  const sessions = value.sessions.map(sessionOf);
  if (!scan || !options || !sessions.every((session) => session !== null)) return null;
  return { scan, options, sessions };
}

function scanOf(terms: unknown): SavedPlan["scan"] | null {
  if (!isRecord(terms)) return null;
  const { hostVersion, providers, model, now, moves = [] } = terms;
  if (typeof hostVersion !== "string" || valid(hostVersion) === null) return null;
  if (!Array.isArray(providers) || !providers.every(isProvider)) return null;
  if (model !== undefined && typeof model !== "string") return null;
  if (typeof now !== "number" || !Array.isArray(moves) || !moves.every(isMove)) return null;
  return {
    hostVersion,
    providers,
    now,
    ...(model !== undefined && { model }),
    ...(moves.length > 0 && { moves }),
  };
}

function isProvider(id: unknown): boolean {
  return PROVIDERS.some((provider) => provider.id === id);
}

function isMove(value: unknown): value is Move {
  return isRecord(value) && typeof value.from === "string" && typeof value.to === "string";
}

function optionsOf(value: unknown): RepairOptions | null {
  if (value === undefined) return {};
  if (!isRecord(value)) return null;
  const { rules, ignore, severity, ...flags } = value;
  const areFlags = Object.values(flags).every((flag) => typeof flag === "boolean");
  const isSeverity = severity === undefined || SEVERITIES.some((known) => known === severity);
  return areFlags && isSeverity && areRules(rules) && areRules(ignore) ? (value as RepairOptions) : null;
}

function areRules(value: unknown): boolean {
  return value === undefined || (Array.isArray(value) && value.every((rule) => typeof rule === "string"));
}

function sessionOf(value: unknown): SavedSession | null {
  if (!isRecord(value)) return null;
  const { session, operations } = value;
  if ((session !== null && typeof session !== "string") || !Array.isArray(operations)) return null;
  return { session, operations };
}
