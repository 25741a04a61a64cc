import { shellPath, shellWord } from "../escapes.js";

/** The command line that the user typed, quoted, with paths added. `given`: the arguments after `doctor`. */
export function again(given: readonly string[], paths: readonly string[] = []): string {
  return ["doctor", ...given.map(shellWord), ...paths.map(shellPath)].join(" ");
}

/** Quotes a path for a shell. A path that begins with "-" gets "./" in front, so that it is not read as a flag. */
export function quotedPath(path: string): string {
  return shellPath(path);
}
