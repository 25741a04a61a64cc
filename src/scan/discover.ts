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

/** The user's home folder; undefined for a user that the system does not know. */
export function homeFolder(): string | undefined {
  try {
    return homedir();
  } catch {
    return undefined;
  }
}

/** The databases of this user, by the hosts' own rules. */
export function discover(env: Env = process.env, cwd = process.cwd(), home = homeFolder()): Discovery {
  const data = env.XDG_DATA_HOME || (home && join(home, ".local", "share"));
  const folderOf = (host: string) => (data ? join(data, host) : undefined);
  const [opencode, kilo] = [folderOf("opencode"), folderOf("kilo")];
  const named = {
    OPENCODE_DB: placed(env.OPENCODE_DB, opencode),
    KILO_DB: placed(env.KILO_DB, kilo),
    DATABASE_URL: urlPlaces(env.DATABASE_URL, cwd),
  };
  const looked = [
    ...named.OPENCODE_DB,
    ...(opencode ? opencodePlaces(opencode) : []),
    ...named.KILO_DB,
    ...(kilo ? [join(kilo, "kilo.db")] : []),
    ...named.DATABASE_URL,
    ...INSTATIC_PLACES.map((place) => resolve(cwd, place)),
  ];
  const found: string[] = [];
  const seen = new Set<string>();
  for (const path of looked.filter((place) => existsSync(place))) {
    const real = realpathSync(path);
    if (!seen.has(real)) found.push(path);
    seen.add(real);
  }
  const hints = [...(opencode ? hintsFor(opencode, found) : []), ...unmetNames(named, env.DATABASE_URL)];
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
function unmetNames(named: Readonly<Record<string, string[]>>, url: string | undefined): string[] {
  return [
    ...Object.entries(named).flatMap(([name, paths]) =>
      paths.filter((path) => !existsSync(path)).map((path) => `${name} names ${path}, which is not there`),
    ),
    ...(/^postgres(ql)?:/.test(url ?? "")
      ? ["DATABASE_URL names a PostgreSQL database: only SQLite files are read"]
      : []),
  ];
}

const INSTATIC_PLACES = [".tmp/dev.db", "data/cms.db", "/app/storage/data/cms.db", "/app/data/cms.db"];

function opencodePlaces(folder: string): string[] {
  const channels = existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => /^opencode.*\.db$/.test(name))
        .sort()
    : [];
  return [join(folder, "opencode.db"), ...channels.map((name) => join(folder, name))];
}

/** An absolute path as it is, a relative one inside the data folder where there is one. */
function placed(named: string | undefined, folder: string | undefined): string[] {
  if (!named || named === ":memory:") return [];
  if (isAbsolute(named)) return [named];
  return folder ? [join(folder, named)] : [];
}

function urlPlaces(url: string | undefined, cwd: string): string[] {
  const path = /^(?:sqlite:|file:)(.+)$/.exec(url ?? "")?.[1] ?? (url?.endsWith(".db") ? url : undefined);
  return path ? [resolve(cwd, path.replace(/^\/\//, ""))] : [];
}
