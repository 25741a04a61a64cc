import { readFileSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import { DoctorError } from "../errors.js";
import { exitCode } from "../exit-code.js";
import { heedingSignals } from "../interrupts.js";
import { only } from "../model/findings.js";
import type { Finding, Findings } from "../model/report.js";
import { type Applied, type ApplyOptions, applyPlan } from "../repair/apply.js";
import { applyLines, prepareLines } from "../repair/lines.js";
import { changesLines, changesRows, isPlan, type RepairPlan } from "../repair/plan.js";
import { type Prepared, prepareRepair } from "../repair/prepare.js";
import type { RepairOptions } from "../repair/rounds.js";
import { applied, planTable } from "../reporters/plan.js";
import { safeJson, safeText } from "../reporters/safe-text.js";
import { again } from "../reporters/shell.js";
import { plural } from "../reporters/units.js";
import { discover } from "../scan/discover.js";
import { isSqlite } from "../scan/inputs.js";
import { openLines } from "../scan/lines.js";
import type { ScanOptions } from "../scan/options.js";
import { scanStream } from "../scan/scan.js";
import type { RepairFlags } from "./flags.js";
import { checkOutput, reporterOptions, write } from "./output.js";
import { startProgress } from "./progress.js";

/** What a path names: a database, a file of lines of a store, or another file, such as a request. */
function kindOf(path: string): "database" | "lines" | "json" {
  if (path === "-") return "json";
  if (isSqlite(path)) return "database";
  const lines = openLines(path);
  lines?.file.close();
  return lines ? "lines" : "json";
}

/** Prints the plan; with --backup, --undo-only or --no-backup applies it. */
export async function runRepair(named: string | undefined, flags: RepairFlags): Promise<number> {
  const now = flags.now ?? Date.now();
  const ways = [
    flags.backup === true || flags.backupTo !== undefined,
    flags.backup === false,
    flags.undoOnly === true,
  ].filter(Boolean);
  const bothBackups = flags.given.includes("--backup") && flags.given.includes("--no-backup");
  if (ways.length > 1 || bothBackups)
    throw new DoctorError("USAGE", "--backup, --undo-only and --no-backup exclude each other");
  const writes = flags.backup !== undefined || flags.backupTo !== undefined || flags.undoOnly === true;
  const path = named ?? discovered(writes, flags.quiet);
  const kind = kindOf(path);
  if (kind === "json") return (await import("./repair-json.js")).runRepairJson(path, flags, now);
  if (flags.from)
    throw new DoctorError("USAGE", "--from restores the calls of a captured request, not of a database");
  checkOutput(flags.output, [path, flags.plan]);
  const options = reporterOptions(flags, now, "warning");
  const bar = await startProgress(flags.quiet);
  const { plan, input, findings } = await (flags.plan
    ? savedPlan(flags.plan, path)
    : prepare(path, flags, now, bar.update)
  ).finally(bar.stop);
  const incomplete = input !== null && input.status !== "ok";
  const work = plan.sessions.some((session) => session.operations.length > 0);
  if (flags.format === "json" && !writes) {
    await write([`${safeJson(JSON.stringify(plan, null, 2))}\n`], flags.output);
    return exitCode({ findings, incomplete }, flags.failOn);
  }
  if (!work && flags.format === "json") {
    const nothing = { backup: null, journal: null, rows: 0, inFlight: [], sessions: [] };
    await write([done(nothing, findings)], flags.output);
    return exitCode({ findings, incomplete }, flags.failOn);
  }
  if (!work) {
    await write([`Nothing to repair in ${safeText(path)}.\n`, ...remainingLines(plan)], flags.output);
    return exitCode({ findings, incomplete }, flags.failOn);
  }
  if (!(flags.quiet && writes) && flags.format === "table")
    await write(planTable(plan, options, flags.showContent ?? false), flags.output);
  if (!writes) {
    const how = `\nNothing was written. To apply it: ${again(flags.given, named ? [] : [path])} --backup\n`;
    if (!flags.quiet) await write([how], flags.output);
    return exitCode({ findings, incomplete }, flags.failOn);
  }
  if (process.stdin.isTTY && !flags.yes && !(await confirmed(path)))
    throw new DoctorError("REFUSED", "not confirmed; nothing was written");
  return apply(path, plan, flags, now);
}

async function apply(path: string, plan: RepairPlan, flags: RepairFlags, now: number): Promise<number> {
  const bar = await startProgress(flags.quiet);
  const result = await heedingSignals((isCancelled) =>
    applyAny(path, plan, {
      backup: flags.backup === true || flags.backupTo !== undefined,
      backupTo: flags.backupTo,
      nothing: flags.backup === false,
      force: flags.force,
      onProgress: bar.update,
      isCancelled,
    }),
  ).finally(bar.stop);
  const report = await scanStream(path, {
    hostVersion: flags.hostVersion,
    providers: flags.provider,
    now,
    sessions: flags.session,
  });
  const remaining = only(report.findings, ({ severity }) => severity !== "info").length;
  const pieces =
    flags.format === "json"
      ? [done(result, report.findings)]
      : applied(
          result,
          path,
          remaining,
          flags.backupTo !== undefined,
          reporterOptions(flags, now, "warning"),
        );
  await write(pieces, flags.output);
  return exitCode(report, flags.failOn);
}

async function applyAny(path: string, plan: RepairPlan, options: ApplyOptions): Promise<Applied> {
  const isOfLines = kindOf(path) === "lines";
  if (isOfLines && changesLines(plan)) return applyLines(path, plan, options);
  if (!isOfLines && changesRows(plan)) return applyPlan(path, plan, options);
  throw new DoctorError("UNSUPPORTED", `${path}: the plan is for a file of another kind`);
}

function done(result: Applied, findings: Findings): string {
  const remaining = [...findings];
  return `${safeJson(JSON.stringify({ schemaVersion: 1, ...told(result), remaining }, null, 2))}\n`;
}

/** What was done, without the content of any row. */
function told({ sessions, ...rest }: Applied) {
  return {
    ...rest,
    sessions: sessions.map(({ session, mended, remaining, operations }) => ({
      session,
      mended,
      remaining,
      rows: operations.map(({ kind, table, id, rules }) => ({ kind, table, id, rules })),
    })),
  };
}

function prepare(
  path: string,
  flags: RepairFlags,
  now: number,
  onProgress: (done: number, total: number, what: string) => void,
): Promise<Prepared> {
  const lines = isSqlite(path) ? null : openLines(path);
  return (lines ? async (...terms: PrepareTerms) => prepareLines(lines, ...terms) : prepareDatabase(path))(
    {
      hostVersion: flags.hostVersion,
      providers: flags.provider,
      sessions: flags.session,
      jobs: flags.jobs,
      moves: flags.relink,
      now,
      onProgress,
    },
    {
      unsafe: flags.unsafe,
      sequentialize: flags.sequentialize,
      dropDuplicatePrompts: flags.dropDuplicatePrompts,
      rules: flags.rule,
    },
  );
}

type PrepareTerms = [scan: ScanOptions, repair: RepairOptions];

function prepareDatabase(path: string): (...terms: PrepareTerms) => Promise<Prepared> {
  return (scan, repair) => prepareRepair(path, scan, repair);
}

async function savedPlan(
  file: string,
  path: string,
): Promise<{ plan: RepairPlan; input: null; findings: Finding[] }> {
  let plan: RepairPlan;
  try {
    plan = JSON.parse(readFileSync(file, "utf8")) as RepairPlan;
  } catch {
    throw new DoctorError(
      "INVALID_JSON",
      `${file}: not a saved plan`,
      `doctor repair ${path} --format json --output ${file}`,
    );
  }
  if (!isPlan(plan))
    throw new DoctorError(
      "UNSUPPORTED",
      `${file}: not a saved plan of this version`,
      `doctor repair ${path} --format json --output ${file}`,
    );
  const findings = plan.sessions.flatMap(({ mended, remaining }) => [...mended, ...remaining]);
  return { plan: { ...plan, database: path }, input: null, findings };
}

function* remainingLines(plan: RepairPlan): Generator<string> {
  const stays = plan.sessions.flatMap((session) => session.remaining);
  if (stays.length > 0)
    yield `${plural(stays.length, "finding")} ${stays.length === 1 ? "stays" : "stay"}: no honest repair is known, or it needs --unsafe (doctor scan tells them).\n`;
}

function discovered(writes: boolean, quiet?: boolean): string {
  const { found } = discover();
  if (found.length === 0) throw new DoctorError("NO_INPUT", "no database found", "doctor repair PATH");
  if (found.length > 1 && writes)
    throw new DoctorError(
      "USAGE",
      `found ${found.length} databases (${found.join(", ")}): name the one to repair`,
      `doctor repair ${found[0]} --backup`,
    );
  if (found.length > 1 && !quiet)
    process.stderr.write(
      `found ${found.length} databases; this is the plan for ${safeText(found[0]!)}, not for ${found.slice(1).map(safeText).join(", ")}\n`,
    );
  return found[0]!;
}

async function confirmed(path: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`Write this to ${path}? [y/N] `).finally(() => terminal.close());
  return /^y(es)?$/i.test(answer.trim());
}
