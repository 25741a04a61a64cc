import { existsSync, readdirSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";

export interface Discovery {
  /** Databases that exist, each once. */
  readonly found: string[];
  /** Every place that was looked at, in order. */
  readonly looked: string[];
  /** Where else conversations of this user may be. */
  readonly hints: string[];
}

type Env = Readonly<Record<string, string | undefined>>;

/** The databases of this user, by the hosts' own rules. */
export function discover(env: Env = process.env, cwd = process.cwd(), home = homedir()): Discovery {
  const data = env.XDG_DATA_HOME || join(home, ".local", "share");
  const looked = [
    ...opencodePlaces(join(data, "opencode"), env.OPENCODE_DB),
    ...placed(env.KILO_DB, join(data, "kilo")),
    join(data, "kilo", "kilo.db"),
    ...instaticPlaces(env.DATABASE_URL, cwd),
  ];
  const found: string[] = [];
  const seen = new Set<string>();
  for (const path of looked.filter((place) => existsSync(place))) {
    const real = realpathSync(path);
    if (!seen.has(real)) found.push(path);
    seen.add(real);
  }
  const hints = [...hintsFor(join(data, "opencode"), found), ...unmetNames(env, data, cwd)];
  return { found, looked: [...new Set(looked)], hints };
}

/** What makes people believe that their conversations are gone. */
function hintsFor(folder: string, found: readonly string[]): string[] {
  const channels = found.filter((path) => /opencode[^\\/]*\.db$/.test(path));
  const old = join(folder, "storage", "session");
  return [
    ...(channels.length > 1
      ? ["each release channel of opencode has a file of its own: what one holds, the others do not show"]
      : []),
    ...(existsSync(old) && readdirSync(old).length > 0
      ? [
          `${old} holds sessions as JSON files, from before 1.2: opencode takes them over when it first starts`,
        ]
      : []),
  ];
}

/** What the environment names, and is not there or not read. */
function unmetNames(env: Env, data: string, cwd: string): string[] {
  const { OPENCODE_DB, KILO_DB, DATABASE_URL } = env;
  const named = [
    ...placed(OPENCODE_DB, join(data, "opencode")).map((path) => ["OPENCODE_DB", path] as const),
    ...placed(KILO_DB, join(data, "kilo")).map((path) => ["KILO_DB", path] as const),
    ...urlPlaces(DATABASE_URL).map((path) => ["DATABASE_URL", resolve(cwd, path)] as const),
  ];
  return [
    ...named
      .filter(([, path]) => !existsSync(path))
      .map(([name, path]) => `${name} names ${path}, which is not there`),
    ...(/^postgres(ql)?:/.test(DATABASE_URL ?? "")
      ? ["DATABASE_URL names a PostgreSQL database: only SQLite files are read"]
      : []),
  ];
}

function opencodePlaces(folder: string, named: string | undefined): string[] {
  const channels = existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => /^opencode.*\.db$/.test(name))
        .sort()
    : [];
  return [
    ...placed(named, folder),
    join(folder, "opencode.db"),
    ...channels.map((name) => join(folder, name)),
  ];
}

/** An absolute path as it is, a relative one inside the data folder. */
function placed(named: string | undefined, folder: string): string[] {
  if (!named || named === ":memory:") return [];
  return [isAbsolute(named) ? named : join(folder, named)];
}

function urlPlaces(url: string | undefined): string[] {
  const path = /^(?:sqlite:|file:)(.+)$/.exec(url ?? "")?.[1] ?? (url?.endsWith(".db") ? url : undefined);
  return path ? [path.replace(/^\/\//, "")] : [];
}

function instaticPlaces(url: string | undefined, cwd: string): string[] {
  const defaults = [".tmp/dev.db", "data/cms.db", "/app/storage/data/cms.db", "/app/data/cms.db"];
  return [...urlPlaces(url), ...defaults].map((place) => resolve(cwd, place));
}
