import { safeText } from "./safe-text.js";

/** The command line that was typed, to be typed again with more behind it. `given`: all behind `doctor`. */
export function again(given: readonly string[], paths: readonly string[] = []): string {
  return ["doctor", ...given.map(quoted), ...paths.map(quotedPath)].join(" ");
}

/** An argument as a shell takes it. */
function quoted(argument: string): string {
  const safe = safeText(argument);
  return /^[\w@%+=:,./~-]+$/.test(safe) ? safe : `'${safe.replaceAll("'", `'\\''`)}'`;
}

/** A path as a shell takes it, and no program takes for a flag. */
export function quotedPath(path: string): string {
  return quoted(path.startsWith("-") && path !== "-" ? `./${path}` : path);
}
