import { safeText } from "./safe-text.js";

/** The command line that the user typed, quoted, with paths added. `given`: the arguments after `doctor`. */
export function again(given: readonly string[], paths: readonly string[] = []): string {
  return ["doctor", ...given.map(quoted), ...paths.map(quotedPath)].join(" ");
}

/** Quotes an argument for a shell. */
function quoted(argument: string): string {
  const safe = safeText(argument);
  return /^[\w@%+=:,./~-]+$/.test(safe) ? safe : `'${safe.replaceAll("'", `'\\''`)}'`;
}

/** Quotes a path for a shell. A path that begins with "-" gets "./" in front, so that it is not read as a flag. */
export function quotedPath(path: string): string {
  return quoted(path.startsWith("-") && path !== "-" ? `./${path}` : path);
}
