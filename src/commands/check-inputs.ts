import { existsSync, readFileSync } from "node:fs";
import { glob } from "tinyglobby";
import { asDoctorError, DoctorError } from "../errors.js";
import { readStandardText } from "../files/json-file.js";
import { isServer } from "../files/postgres/name.js";
import { append } from "../model/numbers.js";
import { expandInputs, type Inputs } from "../scan/inputs.js";

/** The files that the paths, folders and globs stand for, by name: the same files give the same order and shards. */
export async function filesOf(patterns: readonly string[], listed: readonly string[] = []): Promise<Inputs> {
  const { files, skipped } = expandInputs([...(await matching(patterns)), ...listed]);
  const byPath = ({ path: one }: { path: string }, { path: other }: { path: string }) =>
    one < other ? -1 : 1;
  return { files: [...files].sort(byPath), skipped };
}

/** The paths of globs, in place of the globs. */
async function matching(patterns: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const pattern of patterns) {
    if (pattern === "-" || isServer(pattern) || existsSync(pattern) || !/[*?[\]{}]/.test(pattern))
      found.push(pattern);
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

/**
 * The paths of a list, one on each line; `-` is standard input. They are taken as they stand: no globs.
 * @throws DoctorError NOT_FOUND, NOT_READABLE, NO_INPUT
 */
export async function listedPaths(list: string): Promise<string[]> {
  let text: string;
  try {
    text = list === "-" ? await readStandardText() : readFileSync(list, "utf8");
  } catch (error) {
    throw asDoctorError(error, list);
  }
  const paths = text
    .replace(/^\ufeff/, "")
    .split(/\r?\n/)
    .filter((path) => path.trim() !== "");
  if (paths.length === 0) throw new DoctorError("NO_INPUT", `${list}: no path in the list`);
  return paths;
}
