import { existsSync, readdirSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import type { Discovered, Places } from "../store.js";

/** opencode's and Kilo's databases by their own rules: an environment variable, then every file of the data folder. */
export function discoverOpencode({ env, home }: Places): Discovered {
  const data = env.XDG_DATA_HOME || (home && join(home, ".local", "share"));
  const folder = data && join(data, "opencode");
  const kilo = data && join(data, "kilo");
  const named = { OPENCODE_DB: placed(env.OPENCODE_DB, folder), KILO_DB: placed(env.KILO_DB, kilo) };
  return {
    looked: [
      ...named.OPENCODE_DB,
      ...(folder ? channelsIn(folder) : []),
      ...named.KILO_DB,
      ...(kilo ? [join(kilo, "kilo.db")] : []),
    ],
    named,
    hints: (found) => (folder ? hintsFor(folder, found) : []),
  };
}

/** Tells people who believe that their conversations are gone where they may be. */
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

function channelsIn(folder: string): string[] {
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => /^opencode.*\.db$/.test(name)) : [];
  return [join(folder, "opencode.db"), ...names.sort().map((name) => join(folder, name))];
}

/** An absolute path as it is, a relative one inside the data folder where there is one. */
function placed(named: string | undefined, folder: string | undefined): string[] {
  if (!named || named === ":memory:") return [];
  if (isAbsolute(named)) return [named];
  return folder ? [join(folder, named)] : [];
}
