import { existsSync, realpathSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { STORES } from "../stores/index.js";
import type { Places } from "../stores/store.js";
import { expandInputs } from "./inputs.js";

export interface Discovery {
  /** Databases, and folders that hold files of conversations, that exist, each once. */
  readonly found: string[];
  /** Every place that was looked at, in order. */
  readonly looked: string[];
  /** Where else conversations of this user may be. */
  readonly hints: string[];
}

/** The databases of this user, by the hosts' own rules. */
export function discover(env: Places["env"] = process.env, cwd = process.cwd(), home = homedir()): Discovery {
  const stores = STORES.flatMap((store) => store.discover?.({ env, cwd, home }) ?? []);
  const looked = stores.flatMap((store) => store.looked);
  const found: string[] = [];
  const seen = new Set<string>();
  for (const path of looked.filter(holdsAny)) {
    const real = realpathSync(path);
    if (!seen.has(real)) found.push(path);
    seen.add(real);
  }
  const hints = stores.flatMap(({ hints, named }) => [...(hints?.(found) ?? []), ...unmetNames(named)]);
  return { found, looked: [...new Set(looked)], hints };
}

/** True for a file, and for a folder in which a file is worth a look. */
function holdsAny(place: string): boolean {
  if (!existsSync(place)) return false;
  return !statSync(place).isDirectory() || expandInputs([place]).files.length > 0;
}

/** Places that the environment names, and that do not exist. */
function unmetNames(named: Readonly<Record<string, readonly string[]>>): string[] {
  return Object.entries(named).flatMap(([name, paths]) =>
    paths.filter((path) => !existsSync(path)).map((path) => `${name} names ${path}, which is not there`),
  );
}
