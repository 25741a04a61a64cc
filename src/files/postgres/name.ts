import { DoctorError } from "../../errors.js";

/** The words that name the PostgreSQL database of the environment. */
const OF_ENVIRONMENT = /^postgres(?:ql)?:$/i;
const URL_OF_SERVER = /^postgres(?:ql)?:\/\//i;
const SOMEWHERE = /postgres(?:ql)?:\/\/\S*/gi;
/** Settings of a URL that its name shows, because the next command needs them; any other may hold a secret. */
const SHOWN = new Set(["host", "port", "user", "dbname", "sslmode", "sslrootcert", "sslcert", "sslkey"]);

type Env = Readonly<Record<string, string | undefined>>;

/** The URLs with their passwords, by the names that reports and messages show. They never leave this file but to connect. */
const urls = new Map<string, string>();

/** True for a path that names a PostgreSQL database. */
export function isServer(path: string): boolean {
  return URL_OF_SERVER.test(path);
}

/** True if the text is, or holds, the URL of a PostgreSQL database. */
export function holdsServer(text: string): boolean {
  return text.search(SOMEWHERE) >= 0;
}

/**
 * The name of a PostgreSQL database without its password, for a word of the command line; any other word stays. The word
 * `postgres:` names the database of `DATABASE_URL`, else of the `PG*` variables.
 * @throws DoctorError USAGE for a URL that cannot be read, or where the environment names none
 */
export function nameServer(word: string, env: Env = process.env): string {
  if (OF_ENVIRONMENT.test(word)) return nameServer(urlOfEnvironment(env));
  if (isServer(word)) return remember(word);
  return word.replace(SOMEWHERE, remember);
}

/** The URL with which to connect. The name of the database in `DATABASE_URL` gets the password of that URL. */
export function urlOf(name: string, env: Env = process.env): string {
  const { DATABASE_URL: given = "" } = env;
  return urls.get(name) ?? (isServer(given) && shown(given) === name ? given : name);
}

/** The name of the database within its server, for the names of files; the user's name where the URL names none. */
export function databaseNameOf(name: string): string {
  const { pathname, username } = new URL(name);
  const plain = (pathname.slice(1) || username).replace(/%[\da-f]{2}|[^\w.-]/gi, "_");
  return plain.replace(/^\.+/, "") || "postgres";
}

function remember(url: string): string {
  const name = shown(url);
  if (name !== url) urls.set(name, url);
  return name;
}

/** @throws DoctorError USAGE, which does not quote the URL */
function shown(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  // A password with such a character ends the part of the URL that holds it: the rest would be shown.
  if (parsed?.hash !== "" || parsed.pathname.includes("@") || parsed.search.includes("@"))
    throw new DoctorError(
      "USAGE",
      "the URL of the PostgreSQL database cannot be read",
      "write characters such as / ? # @ in a password as %2F %3F %23 %40, or leave it out and set PGPASSWORD",
    );
  const settings = [...parsed.searchParams].filter(([key]) => SHOWN.has(key));
  parsed.password = "";
  parsed.search = new URLSearchParams(settings).toString().replaceAll("%2F", "/");
  return parsed.href;
}

function urlOfEnvironment(env: Env): string {
  const { DATABASE_URL: url = "", PGHOST, PGPORT: port, PGUSER: user, PGDATABASE } = env;
  if (isServer(url)) return url;
  if ([PGHOST, port, user, PGDATABASE].every((value) => value === undefined))
    throw new DoctorError(
      "USAGE",
      "postgres: names the database of DATABASE_URL, or of PGHOST, PGPORT, PGUSER and PGDATABASE, and none of them is set",
      "doctor scan postgres://USER@HOST/DATABASE",
    );
  const { PGHOST: host = "localhost", PGDATABASE: database = "" } = env;
  const owner = user === undefined ? "" : `${encodeURIComponent(user)}@`;
  // The folder of a socket begins with a slash, an address of IPv6 holds colons.
  const place = host.includes(":") ? `[${host}]` : encodeURIComponent(host);
  return `postgres://${owner}${place}${port === undefined ? "" : `:${port}`}/${encodeURIComponent(database)}`;
}
