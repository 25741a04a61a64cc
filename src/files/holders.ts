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
