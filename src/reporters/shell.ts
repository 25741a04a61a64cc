import { shellPath, shellWord } from "../escapes.js";

/** The command line that was typed, to be typed again with more behind it. `given`: all behind `doctor`. */
export function again(given: readonly string[], paths: readonly string[] = []): string {
  return ["doctor", ...given.map(shellWord), ...paths.map(shellPath)].join(" ");
}

/** A path as a shell takes it, and no program takes for a flag. */
export function quotedPath(path: string): string {
  return shellPath(path);
}
