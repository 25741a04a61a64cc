import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";

const THREAD_ID = /([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\.jsonl$/;

/** The id of the thread that a rollout's name tells. */
export function threadIdIn(path: string): string | undefined {
  return THREAD_ID.exec(basename(path))?.[1];
}

/** The time that a rollout's name tells, as Codex notes it. */
export function timeIn(path: string): string | undefined {
  const found = /rollout-(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)-/.exec(basename(path));
  return found ? `${found[1]}T${found[2]}:${found[3]}:${found[4]}.000Z` : undefined;
}

/** Codex's own folder, where a rollout stands in it. */
export function homeOf(path: string): string | undefined {
  for (let folder = dirname(path); dirname(folder) !== folder; folder = dirname(folder))
    if (["sessions", "archived_sessions"].includes(basename(folder))) return dirname(folder);
  return undefined;
}

/** True where Codex keeps databases beside its sessions. */
export function hasDatabases(path: string): boolean {
  const home = homeOf(path);
  return home !== undefined && existsSync(join(home, "state_5.sqlite"));
}
