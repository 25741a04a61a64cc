import { asDoctorError, DoctorError } from "../errors.js";
import { exitCode } from "../exit-code.js";
import { isServer } from "../files/postgres/name.js";
import { heedingSignals } from "../interrupts.js";
import { only } from "../model/findings.js";
import { plural } from "../model/numbers.js";
import type { ReportStream } from "../model/report.js";
import { findingsAfter } from "../repair/after.js";
import { applyAny } from "../repair/any.js";
import type { Applied } from "../repair/apply.js";
import { sizeWithWal } from "../repair/backup.js";
import { refuseWhileHeld } from "../repair/guard.js";
import type { AnyOperation, RepairPlan } from "../repair/plan.js";
import { allTotals, applied, planTable, skippedLines } from "../reporters/plan.js";
import { doneJson, planJson } from "../reporters/plan-json.js";
import { safeText } from "../reporters/safe-text.js";
import { bytes } from "../reporters/units.js";
import { isSqlite } from "../scan/inputs.js";
import { scanStream } from "../scan/scan.js";
import type { RepairFlags } from "./flags.js";
import { type Output, reportDone, reporterOptions } from "./output.js";
import { hasWork, type Planned, tell } from "./plan-files.js";
import { startProgress } from "./progress.js";
import { ask, talkText } from "./talk.js";

/** Prints the plans, and what stands in their way. `how`: the command that would write them. */
export async function tellPlans(
  jobs: readonly Planned[],
  how: string,
  flags: RepairFlags,
  now: number,
  output: Output,
): Promise<number> {
  if (flags.format === "json") {
    await output.write(
      listed(
        "plans",
        jobs.map(({ plan }) => planJson(plan)),
      ),
    );
  } else {
    await output.write(plansText(jobs, flags, now));
    for (const { obstacles } of jobs) for (const obstacle of obstacles) tell(obstacle);
    const isDone = flags.quiet || !jobs.some(hasWork);
    await output.write(isDone ? [] : [`\nNothing was written. To apply it: ${how}\n`]);
  }
  output.keep();
  return worstOf(jobs, flags);
}

/** Of several files, those without anything to mend are counted only. */
function* plansText(jobs: readonly Planned[], flags: RepairFlags, now: number): Generator<string> {
  const options = reporterOptions(flags, now, "warning");
  const shown = { ...options, verbose: flags.verbose, showContent: flags.showContent };
  const work = jobs.filter(hasWork);
  const idle = jobs.filter((job) => !hasWork(job));
  for (const { plan } of work) yield* planTable(plan, shown);
  if (work.length > 1)
    yield* allTotals(
      work.map(({ plan }) => plan),
      options,
    );
  if (jobs.length > 1 && idle.length > 0)
    yield `Nothing to repair in ${plural(idle.length, work.length > 0 ? "other file" : "file")}.\n`;
  else
    for (const { path, plan } of idle) {
      yield `Nothing to repair in ${safeText(path)}.\n`;
      yield* remainingLines(plan);
    }
}

/** The exit code for what the scan of these files found. */
export function worstOf(jobs: readonly Planned[], { failOn }: RepairFlags): number {
  return Math.max(
    0,
    ...jobs.map(({ findings, input }) => exitCode({ findings, incomplete: input.status !== "ok" }, failOn)),
  );
}

/** The result of a file: for programs, and for people. */
interface Written {
  readonly code: number;
  told(): Iterable<string>;
  recap(): Iterable<string>;
}

/**
 * Prints the plans, refuses what stands in their way, asks one question for all, and writes file by file. Of several files,
 * one that cannot be written is told and does not stop the others.
 * @throws DoctorError where the only file cannot be written, REFUSED where the user does not want it
 */
export async function writePlans(
  jobs: readonly Planned[],
  flags: RepairFlags,
  now: number,
  output: Output,
): Promise<number> {
  const isTable = flags.format === "table";
  const idle = jobs.filter((job) => !hasWork(job));
  if (isTable && (!flags.quiet || idle.length === jobs.length))
    await output.write(plansText(jobs, flags, now));
  const { ready, failed } = readyOf(jobs, flags);
  if (ready.length > 0) await confirm(ready, flags);
  const written: Written[] = idle.map((job) => nothingDone(job, flags));
  let worst = failed ? 2 : 0;
  for (const job of ready) {
    try {
      written.push(await writeOne(job, flags, now));
    } catch (error) {
      if (jobs.length === 1) throw error;
      const failure = asDoctorError(error, job.path);
      tell(failure);
      worst = failure.code === "INTERRUPTED" ? 130 : 2;
      if (failure.code === "INTERRUPTED") break;
    }
  }
  const told = written.map((one) => one.told());
  const recap = () => written.flatMap((one) => [...one.recap()]);
  await reportDone(output, isTable ? recap() : listed("files", told, jobs.length > 1), recap);
  return Math.max(worst, ...written.map(({ code }) => code));
}

/** The files that can be written now. The others are told. @throws DoctorError where the only file cannot be written */
function readyOf(jobs: readonly Planned[], flags: RepairFlags): { ready: Planned[]; failed: boolean } {
  const ready: Planned[] = [];
  const work = jobs.filter(hasWork);
  for (const job of work) {
    const obstacle = job.obstacles[0] ?? heldBy(job, flags);
    if (!obstacle) ready.push(job);
    else if (jobs.length === 1) throw obstacle;
    else tell(obstacle);
  }
  return { ready, failed: ready.length < work.length };
}

/** The locks of a database tell of a process that the system does not name. */
function heldBy({ path }: Planned, { force }: RepairFlags): DoctorError | undefined {
  if (force || isServer(path) || !isSqlite(path)) return undefined;
  try {
    refuseWhileHeld(path);
    return undefined;
  } catch (error) {
    return asDoctorError(error, path);
  }
}

/** @throws DoctorError REFUSED */
async function confirm(ready: readonly Planned[], flags: RepairFlags): Promise<void> {
  if (!process.stdin.isTTY || flags.yes) return;
  const [first, ...others] = ready.map(({ path }) => path);
  const size = ready.reduce((sum, { path }) => sum + (isServer(path) ? 0 : sizeWithWal(path)), 0);
  const backs = flags.backup === true || flags.backupTo !== undefined;
  const backup = backs && size > 0 ? ` (backup ${bytes(size)})` : "";
  const what = others.length > 0 ? `${plural(ready.length, "file")}${backup}` : `${first}${backup}`;
  if (!(await ask(`Write this to ${what}?`)))
    throw new DoctorError("REFUSED", "not confirmed; nothing was written");
}

function nothingDone({ path, findings, input }: Planned, { failOn }: RepairFlags): Written {
  const nothing = { backup: null, journal: null, rows: 0, inFlight: [], skipped: [], sessions: [] };
  return {
    code: exitCode({ findings, incomplete: input.status !== "ok" }, failOn),
    told: () => doneJson(nothing, findings, path),
    recap: () => [],
  };
}

async function writeOne(job: Planned, flags: RepairFlags, now: number): Promise<Written> {
  const { path } = job;
  const bar = await startProgress(flags.quiet, path);
  const result = await heedingSignals((isCancelled) =>
    applyAny(path, job.plan, {
      backup: flags.backup === true || flags.backupTo !== undefined,
      backupTo: flags.backupTo,
      nothing: flags.backup === false,
      force: flags.force,
      onProgress: bar.update,
      isCancelled,
    }),
  ).finally(bar.stop);
  const recap = (remaining: number) =>
    applied(result, path, remaining, flags.backupTo !== undefined, reporterOptions(flags, now, "warning"));
  try {
    const report = await foundAfter(job, result, flags);
    const remaining = only(report.findings, ({ severity }) => severity !== "info").length;
    return {
      code: exitCode(report, flags.failOn),
      told: () => doneJson(result, report.findings, path),
      recap: () => recap(remaining),
    };
  } catch (error) {
    talkText([...recap(0)].join(""));
    throw error;
  }
}

/** The findings after a repair: known from its verification, or from another scan. */
async function foundAfter(
  job: Planned,
  result: Applied,
  flags: RepairFlags,
): Promise<Pick<ReportStream, "findings" | "incomplete">> {
  const known = findingsAfter(job, result);
  if (known) return { findings: only(known, ({ rule }) => !flags.ignore?.includes(rule)), incomplete: false };
  const { terms, options } = job.plan;
  return scanStream(job.path, {
    hostVersion: terms.hostVersion,
    providers: terms.providers,
    model: terms.model,
    now: terms.now,
    ignore: options?.ignore ?? flags.ignore,
    sessions: flags.session,
  });
}

/** Writes a document as it is, and several as the list of an object. */
function* listed(
  name: string,
  documents: readonly Iterable<string>[],
  isList = documents.length > 1,
): Generator<string> {
  const [only] = documents;
  if (!isList && only) yield* only;
  else {
    yield `{"schemaVersion": 1, "${name}": [\n`;
    for (const [index, document] of documents.entries()) {
      if (index > 0) yield ",\n";
      yield* document;
    }
    yield "]}\n";
  }
}

function* remainingLines(plan: RepairPlan<AnyOperation>): Generator<string> {
  let stays = 0;
  for (const { remaining } of plan.sessions) stays += remaining.length;
  if (stays > 0)
    yield `${plural(stays, "finding")} ${stays === 1 ? "stays" : "stay"}: no honest repair is known, or it needs --unsafe (doctor scan tells them).\n`;
  for (const session of plan.sessions) yield* skippedLines(session, "  ");
}
