import { realpathSync } from "node:fs";
import { resolve } from "node:path";

/**
 * The file that a path leads to, by its own name: SQLite puts `-wal`, `-shm` and `-journal` beside that one, never beside
 * a link. A path that leads nowhere stays as it is, made absolute.
 */
export function realFile(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}
