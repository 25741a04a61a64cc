import { existsSync } from "node:fs";
import { glob } from "tinyglobby";
import { append } from "../model/numbers.js";
import { expandInputs, type Inputs } from "../scan/inputs.js";

/** The files that the paths, folders and globs stand for, by name: the same files give the same order and shards. */
export async function filesOf(patterns: readonly string[]): Promise<Inputs> {
  const { files, skipped } = expandInputs(await matching(patterns));
  const byPath = ({ path: one }: { path: string }, { path: other }: { path: string }) =>
    one < other ? -1 : 1;
  return { files: [...files].sort(byPath), skipped };
}

/** The paths of globs, in place of the globs. */
async function matching(patterns: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const pattern of patterns) {
    if (pattern === "-" || existsSync(pattern) || !/[*?[\]{}]/.test(pattern)) found.push(pattern);
    else {
      const paths = await glob(pattern, {
        onlyFiles: false,
        expandDirectories: false,
        followSymbolicLinks: false,
      });
      // Told like a file that is not there: the others are scanned.
      append(found, paths.length > 0 ? paths : [pattern]);
    }
  }
  return found;
}

export interface Shard {
  readonly index: number;
  readonly of: number;
}

/** The files of one shard. The first shard also names the files that are of no known kind. */
export function shareOf({ files, skipped }: Inputs, { index, of }: Shard): Inputs {
  const own = files.filter((_, place) => place % of === index - 1);
  return { files: own, skipped: index === 1 ? skipped : [] };
}
