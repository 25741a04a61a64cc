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
  for (const pid of readdirSync("/proc").filter(
    (entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid,
  ))
    if (holdsAny(pid, names)) holders.push({ pid: Number(pid), name: nameOf(pid) });
  return holders;
}

/** The other processes of this user whose command line matches, and whose working folder is this one or lies in it. */
export function processesIn(folder: string, commands: readonly RegExp[]): Holder[] {
  if (process.platform !== "linux" || commands.length === 0) return [];
  const found: Holder[] = [];
  for (const pid of readdirSync("/proc").filter(
    (entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid,
  )) {
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

function holdsAny(pid: string, names: ReadonlySet<string>): boolean {
  let fds: string[];
  try {
    fds = readdirSync(`/proc/${pid}/fd`);
  } catch {
    // Ended since, or another user's.
    return false;
  }
  return fds.some((fd) => {
    try {
      return names.has(readlinkSync(`/proc/${pid}/fd/${fd}`));
    } catch {
      return false;
    }
  });
}

function nameOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8").trim();
  } catch {
    return "?";
  }
}
