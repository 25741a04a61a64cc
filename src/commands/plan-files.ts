import { asDoctorError, type DoctorError } from "../errors.js";
import { isServer } from "../files/postgres/name.js";
import { prepareAny } from "../repair/any.js";
import { rollBackUnfinished } from "../repair/guard.js";
import { newerHost, obstaclesOf } from "../repair/obstacles.js";
import type { AnyOperation } from "../repair/plan.js";
import type { Prepared } from "../repair/prepare.js";
import { prepareSaved } from "../repair/saved-plan.js";
import { someChange } from "../repair/session-plans.js";
import { isSqlite } from "../scan/inputs.js";
import { growHeapSlowly } from "./engine.js";
import type { RepairFlags } from "./flags.js";
import { startProgress } from "./progress.js";
import { talk } from "./talk.js";
import { termsOf } from "./terms.js";

/** The plan of a file, and what stands in its way now. */
export interface Planned extends Prepared<AnyOperation> {
  readonly path: string;
  readonly obstacles: readonly DoctorError[];
}

export function hasWork({ plan }: Pick<Planned, "plan">): boolean {
  return someChange(plan.sessions);
}

/**
 * Plans file by file. Of several files, one that cannot be read is told and does not stop the others.
 * @throws DoctorError where the only file cannot be read
 */
export async function planFiles(
  paths: readonly string[],
  writes: boolean,
  flags: RepairFlags,
  now: number,
): Promise<{ jobs: Planned[]; failed: boolean }> {
  growHeapSlowly();
  const jobs: Planned[] = [];
  let failed = false;
  for (const path of paths) {
    try {
      jobs.push(await planFile(path, writes, flags, now));
    } catch (error) {
      tellUnlessAlone(error, path, paths.length);
      failed = true;
    }
  }
  return { jobs, failed };
}

/**
 * Tells why one of several files is left as it is.
 * @throws DoctorError where it is the only one, and INTERRUPTED
 */
export function tellUnlessAlone(error: unknown, path: string, files: number): void {
  const failure = asDoctorError(error, path);
  if (files === 1 || failure.code === "INTERRUPTED") throw failure;
  tell(failure);
}

/** Tells why a file is left as it is. */
export function tell({ message, next }: DoctorError): void {
  talk(next ? `${message}; ${next}` : message);
}

async function planFile(path: string, writes: boolean, flags: RepairFlags, now: number): Promise<Planned> {
  const force = flags.force ?? false;
  if (writes && !isServer(path) && isSqlite(path) && rollBackUnfinished(path, force) && !flags.quiet)
    talk("rolled back the unfinished transaction of a program that was ended");
  const bar = await startProgress(flags.quiet, path);
  const live = { jobs: flags.jobs, onProgress: bar.update };
  const prepared = await (flags.plan
    ? prepareSaved(flags.plan, path, live)
    : prepare(path, flags, { ...live, now })
  ).finally(bar.stop);
  const backup = !flags.undoOnly && flags.backup !== false;
  const obstacles = hasWork(prepared)
    ? obstaclesOf(path, prepared.plan, { backup, backupTo: flags.backupTo, force })
    : [];
  const newer = newerHost(prepared.plan);
  if (newer && hasWork(prepared)) talk(`note: ${newer}`);
  return { path, ...prepared, obstacles };
}

function prepare(
  path: string,
  flags: RepairFlags,
  live: Parameters<typeof prepareAny>[1],
): Promise<Prepared<AnyOperation>> {
  return prepareAny(
    path,
    { ...termsOf(flags), sessions: flags.session, moves: flags.relink, ...live },
    {
      unsafe: flags.unsafe,
      sequentialize: flags.sequentialize,
      dropDuplicatePrompts: flags.dropDuplicatePrompts,
      rules: flags.rule,
      ignore: flags.ignore,
      severity: flags.severity,
    },
  );
}
