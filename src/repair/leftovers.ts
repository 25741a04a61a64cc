import { readdirSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** Between a name and its end: `.partial-PID`, and what SQLite keeps beside a file that it writes. */
const PARTIAL = /\.partial-(\d+)(-journal|-wal|-shm)?$/;
const STAMPED = /^\.(backup|before-restore|undo)-\d{8}T\d{6}Z-\d+(\.jsonl)?$/;

/** True for a name that a run gives to a file which is not whole yet, or that SQLite gives to what is beside another file. */
export function isLeftover(name: string): boolean {
  return PARTIAL.test(name) || /-(journal|wal|shm)$/.test(name);
}

/**
 * Removes what killed runs left of their files for this one: backups, journals and copies that were never whole.
 * Files of runs that are still at work stay. `also`: other files whose unfinished versions go too.
 */
export function removeLeftovers(file: string, ...also: (string | undefined)[]): void {
  const targets = [file, ...also.filter((path) => path !== undefined)];
  for (const folder of new Set(targets.map((target) => dirname(target))))
    for (const name of namesIn(folder)) {
      const found = PARTIAL.exec(name);
      if (!found || isAtWork(Number(found[1]))) continue;
      const whole = name.slice(0, found.index);
      const isOurs =
        isStamped(whole, basename(file)) ||
        targets.some((target) => dirname(target) === folder && basename(target) === whole);
      if (isOurs) rmSync(join(folder, name), { force: true });
    }
}

function isStamped(name: string, base: string): boolean {
  return name.startsWith(base) && STAMPED.test(name.slice(base.length));
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** This process has made nothing yet: a file with its id is of an older process that had the same one. */
function isAtWork(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: string }).code === "EPERM";
  }
}
