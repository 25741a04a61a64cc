import { createRequire } from "node:module";
import type BetterSqlite from "better-sqlite3";
import { DoctorError } from "../errors.js";

let loaded: typeof BetterSqlite | undefined;

/** Loads better-sqlite3 with the first database: programs that only mend messages need none. */
export function driver(): typeof BetterSqlite {
  loaded ??= withUriNames(() => {
    try {
      const found = createRequire(import.meta.url)("better-sqlite3") as typeof BetterSqlite;
      // The native part is loaded by the first database.
      new found(":memory:").close();
      return found;
    } catch (error) {
      throw noDriver(error);
    }
  });
  return loaded;
}

/** The native part of better-sqlite3 is missing, or was built for another version of Node. */
function noDriver(error: unknown): DoctorError {
  const why = error instanceof Error ? error.message : String(error);
  const isForOther = why.includes("NODE_MODULE_VERSION");
  const problem = isForOther ? `was built for another Node than ${process.version}` : "is missing";
  return new DoctorError(
    "NO_DRIVER",
    `databases cannot be opened: the native part of better-sqlite3 ${problem}`,
    "npm rebuild better-sqlite3 · pnpm approve-builds, then pnpm rebuild better-sqlite3 · bun pm trust better-sqlite3",
  );
}

/** Names such as `file:…?immutable=1` work only if this variable is set while the native part is loaded. */
function withUriNames<Result>(load: () => Result): Result {
  const before = process.env.SQLITE_USE_URI;
  process.env.SQLITE_USE_URI = "1";
  try {
    return load();
  } finally {
    if (before === undefined) delete process.env.SQLITE_USE_URI;
    else process.env.SQLITE_USE_URI = before;
  }
}

/**
 * Refuses where somebody else in this process loaded the native part, without the variable.
 * @throws DoctorError NO_DRIVER
 */
export function refuseOthersDriver(): void {
  const db = new (driver())(":memory:");
  try {
    // No database, so that SQLite answers with another error where it finds the file.
    db.prepare("attach ? as probe").run(`${import.meta.url}?mode=ro`);
  } catch (error) {
    if ((error as { code?: string }).code !== "SQLITE_CANTOPEN") return;
    throw new DoctorError(
      "NO_DRIVER",
      "databases cannot be opened: this program used better-sqlite3 before session-doctor loaded it",
      "set SQLITE_USE_URI=1 in the environment of the program",
    );
  } finally {
    db.close();
  }
}
