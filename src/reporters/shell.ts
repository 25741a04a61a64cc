import { safeText } from "./safe-text.js";

/** An argument as a shell takes it. */
export function quoted(argument: string): string {
  const safe = safeText(argument);
  return /^[\w@%+=:,./~-]+$/.test(safe) ? safe : `'${safe.replaceAll("'", `'\\''`)}'`;
}

/** A path as a shell takes it, and no program takes for a flag. */
export function quotedPath(path: string): string {
  return quoted(path.startsWith("-") && path !== "-" ? `./${path}` : path);
}
