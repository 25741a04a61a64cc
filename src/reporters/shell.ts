import { shellPath, shellWord } from "../escapes.js";

/** The command line that the user typed, quoted, with paths added. `given`: the arguments after `doctor`. */
export function again(given: readonly string[], paths: readonly string[] = []): string {
  return ["doctor", ...given.map(shellWord), ...paths.map(shellPath)].join(" ");
}
