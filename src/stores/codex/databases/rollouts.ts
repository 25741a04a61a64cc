import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { threadIdIn } from "../home.js";

const COMPRESSED = ".zst";

/** The rollouts of a Codex folder by the id of their thread. A plain file wins over a compressed one, as in Codex. */
export function rolloutsIn(home: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const folder of ["archived_sessions", "sessions"])
    for (const path of filesBelow(join(home, folder))) {
      const plain = path.endsWith(COMPRESSED) ? path.slice(0, -COMPRESSED.length) : path;
      const id = threadIdIn(plain);
      if (id !== undefined && (plain === path || !found.has(id))) found.set(id, plain);
    }
  return found;
}

/** True where a rollout stands at the path, plain or compressed. */
export function isRollout(path: string): boolean {
  return existsSync(path) || existsSync(`${path}${COMPRESSED}`);
}

/** Codex's folder, by the path of a database in it. */
export function homeOfDatabase(path: string): string {
  return dirname(path);
}

function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return filesBelow(path);
      return entry.isFile() && /\.jsonl(\.zst)?$/.test(entry.name) ? [path] : [];
    });
}
