import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { realFile } from "./real-file.js";

export interface Holder {
  readonly pid: number;
  readonly name: string;
}

/**
 * The other processes of this user that have a database, its -wal or its -shm open. Null if the system does not tell
 * (all but Linux): that is not the same as none.
 */
export function holdersOf(path: string): Holder[] | null {
  if (process.platform !== "linux") return null;
  const file = realFile(path);
  const names = new Set(["", "-wal", "-shm", "-journal"].map((end) => file + end));
  const holders: Holder[] = [];
  for (const pid of otherProcesses())
    if (openFilesOf(pid).some((file) => names.has(file)))
      holders.push({ pid: Number(pid), name: nameOf(pid) });
  return holders;
}

/** The other processes of this user whose command line matches, and whose working folder is this one or lies in it. */
export function processesIn(folder: string, commands: readonly RegExp[]): Holder[] {
  if (process.platform !== "linux" || commands.length === 0) return [];
  const found: Holder[] = [];
  for (const pid of otherProcesses()) {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
      if (!commands.some((pattern) => pattern.test(command))) continue;
      const cwd = readlinkSync(`/proc/${pid}/cwd`);
      if (cwd === folder || cwd.startsWith(`${folder}/`)) found.push({ pid: Number(pid), name: nameOf(pid) });
    } catch {
      // Ended since, or another user's.
    }
  }
  return found;
}

/** A look at all processes holds for this time (ms). */
const LOOK = 1000;
let look = { at: Number.NEGATIVE_INFINITY, files: new Set<string>() };

/** True if another process had the file open within the last second: thousands of files share one look. */
export function wasHeld(path: string): boolean {
  if (process.platform !== "linux") return false;
  if (performance.now() - look.at > LOOK) {
    const files = otherProcesses().flatMap(openFilesOf);
    look = { at: performance.now(), files: new Set(files) };
  }
  return look.files.has(realFile(path));
}

function otherProcesses(): string[] {
  return readdirSync("/proc").filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid);
}

/** Empty where the process has ended since, or is another user's. */
function openFilesOf(pid: string): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${fd}`);
      } catch {
        return [];
      }
    });
  } catch {
    return [];
  }
}

function nameOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8").trim();
  } catch {
    return "?";
  }
}
