import { shellPath, shellWord } from "../escapes.js";

/**
 * The command line that the user typed, quoted, with paths added. `given`: the arguments after `doctor`. Behind `--` stand
 * paths: flags may follow them here.
 */
export function again(given: readonly string[], paths: readonly string[] = []): string {
  const end = given.indexOf("--");
  const words = end < 0 ? given : given.slice(0, end);
  const typed = end < 0 ? [] : given.slice(end + 1);
  return ["doctor", ...words.map(shellWord), ...[...typed, ...paths].map(shellPath)].join(" ");
}
