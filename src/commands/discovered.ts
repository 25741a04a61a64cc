import { statSync } from "node:fs";
import { commandLine, DoctorError } from "../errors.js";
import { isServer } from "../files/postgres/name.js";
import { discover } from "../scan/discover.js";
import { expandInputs, isSqlite } from "../scan/inputs.js";
import { isOfLines } from "../scan/lines.js";
import { talk } from "./talk.js";

/**
 * The databases of this machine.
 * @throws DoctorError NO_INPUT
 */
export function discoveredInputs(quiet = false): string[] {
  const { found, looked, hints } = discover();
  const notes = hints.map((hint) => `note: ${hint}`);
  if (found.length === 0)
    throw new DoctorError("NO_INPUT", "no database found; looked at", "doctor scan PATH", [
      ...looked.map((place) => `  ${place}`),
      ...notes,
    ]);
  if (!quiet) talk(`found ${found.join(", ")}`, ...notes);
  return found;
}

/**
 * The only database of this machine, for a command that takes one.
 * @throws DoctorError NO_INPUT, USAGE
 */
export function discoveredInput(command: string): string {
  const { found } = discover();
  const [first, ...others] = found;
  if (first === undefined) throw new DoctorError("NO_INPUT", "no database found", `doctor ${command} PATH`);
  if (others.length > 0)
    throw new DoctorError(
      "USAGE",
      `found ${found.length} databases (${found.join(", ")}): name one`,
      commandLine(command, first),
    );
  return first;
}

/** The files that are meant by paths: of a folder, the databases and files of lines in it. */
export function filesOf(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    if (path === "-" || isServer(path) || !statSync(path, { throwIfNoEntry: false })?.isDirectory())
      return [path];
    const { files } = expandInputs([path]);
    const failure = files.find(({ error }) => error)?.error;
    if (failure) throw failure;
    return files.map((file) => file.path).filter((file) => isSqlite(file) || isOfLines(file));
  });
}

/**
 * The files of this machine that a command plans for; to write, there must be one place only.
 * @throws DoctorError NO_INPUT, USAGE
 */
export function discoveredFiles(command: string, writes: boolean, quiet = false): string[] {
  return filesOf(writes ? [discoveredInput(command)] : discoveredInputs(quiet));
}
