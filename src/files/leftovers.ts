import { existsSync, readdirSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** Ends of temporary names: of files that are not complete, and of the files that SQLite keeps beside a database. */
const UNFINISHED = /^(?<whole>.+?)(?<partial>\.partial(?:-(?<pid>\d+))?)?(?<sidecar>-journal|-wal|-shm)?$/;
/** The names that runs give to files: the kind, the time of the start, the process id. */
const STAMPED = /\.(?:backup|before-restore|undo)-\d{8}T\d{6}Z-(?<pid>\d+)(?:-\d+)?(?:\.jsonl)?$/;

/** True for the name of a backup, a journal or a copy that a run made beside a file. */
export function isKept(name: string): boolean {
  return STAMPED.test(name);
}

/** True for a name that a run gives to an incomplete file, or that SQLite gives to a file beside a database. */
export function isLeftover(name: string): boolean {
  const { partial, sidecar } = UNFINISHED.exec(name)?.groups ?? {};
  return (partial ?? sidecar) !== undefined;
}

/**
 * Removes what killed runs left of their files for this one: backups, journals and copies that were never whole.
 * Files of runs that are still at work stay. `also`: other files whose unfinished versions go too.
 */
export function removeLeftovers(file: string, ...also: (string | undefined)[]): void {
  const targets = [file, ...also.filter((path) => path !== undefined)];
  for (const folder of new Set(targets.map((target) => dirname(target)))) {
    const own = targets.filter((target) => dirname(target) === folder).map((target) => basename(target));
    for (const name of namesIn(folder))
      if (isOfEndedRun(name, folder, own, basename(file))) rmSync(join(folder, name), { force: true });
  }
}

/** `targets`: names that runs write to in this folder; `base`: the name before the time and the process. */
function isOfEndedRun(name: string, folder: string, targets: readonly string[], base: string): boolean {
  const { whole = "", partial, pid, sidecar } = UNFINISHED.exec(name)?.groups ?? {};
  const found = whole.startsWith(base) ? STAMPED.exec(whole.slice(base.length)) : null;
  const stamp = found?.index === 0 ? found.groups : undefined;
  if (partial !== undefined)
    return (stamp !== undefined || targets.includes(whole)) && !isAtWork(Number(pid ?? stamp?.pid));
  // Beside a file that is there, SQLite may still need it.
  return (
    sidecar !== undefined &&
    stamp !== undefined &&
    !existsSync(join(folder, whole)) &&
    !isAtWork(Number(stamp.pid))
  );
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/**
 * True if a file with this process id is being written. Asked before this process makes any file: one with its own id
 * comes from an earlier process.
 */
function isAtWork(pid: number): boolean {
  if (pid === process.pid || !Number.isSafeInteger(pid)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: string }).code === "EPERM";
  }
}
