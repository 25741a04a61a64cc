import { DoctorError } from "../errors.js";
import type { LineFile } from "../files/lines.js";
import { refuseUnlessOrdinary } from "../files/ordinary.js";
import { columnsOf, type Database } from "../files/sqlite.js";
import type { Conversation } from "../model/conversation.js";
import { claude } from "./claude/index.js";
import { codexHistory } from "./codex/databases/history.js";
import { codexState } from "./codex/databases/state.js";
import { codex } from "./codex/index.js";
import { foreignProgramOf } from "./foreign-databases.js";
import { gemini } from "./gemini/index.js";
import type { Host } from "./host.js";
import { instatic } from "./instatic/index.js";
import { opencode } from "./opencode/index.js";
import { pi } from "./pi/index.js";
import type { Reader } from "./reader.js";
import { request } from "./request/index.js";
import type { AnyStore, DatabaseForm, LinesForm } from "./store.js";

/** Every store, one line each. If a file fits several, the first one reads it. */
export const STORES: readonly AnyStore[] = [
  opencode,
  instatic,
  claude,
  codex,
  codexState,
  codexHistory,
  gemini,
  pi,
  request,
];

/** A store that lies in a database. */
export type DatabaseStore = AnyStore & { readonly database: DatabaseForm };

/** A store that lies in the lines of files. */
export type LinesStore = AnyStore & { readonly lines: LinesForm };

function hasLines(store: AnyStore): store is LinesStore {
  return store.lines !== undefined;
}

/** The store of a file of lines, by its first lines; null where it is of none. */
export function linesStoreOf(file: LineFile, stores: readonly AnyStore[] = STORES): LinesStore | null {
  const candidates = stores.filter(hasLines);
  for (const { lines } of candidates) file.takeDocument(lines.document);
  const first = file.head();
  return candidates.find(({ lines }) => lines.isIt(first, file.path)) ?? null;
}

/** @throws RangeError where there is no such store */
export function storeOf({ store }: Pick<Conversation, "store">): AnyStore {
  const found = STORES.find(({ id }) => id === store);
  if (!found) throw new RangeError(`no store ${store}`);
  return found;
}

/** The program in use, where the store has one. */
export function usualHost({ hosts }: AnyStore): Host | null {
  return hosts[0] ?? null;
}

/** True for a program with the tables of the store's usual host and versions of its own. */
export function isFork({ forks }: AnyStore, host: Pick<Host, "id"> | null): boolean {
  return forks?.some(({ id }) => id === host?.id) ?? false;
}

/** The program that a version belongs to; `host`: the one that the file tells, which stays where the version can be its own. */
export function hostOf(store: AnyStore, host: Host | null, version: string | null): Host | null {
  const fork = version === null ? undefined : store.forks?.find(({ wrote }) => wrote?.(version));
  if (fork) return fork.id === host?.id ? host : fork;
  return version !== null && isFork(store, host) ? usualHost(store) : host;
}

/** The programs, other than the hosts, that import files of a store. */
export const TARGETS: readonly string[] = STORES.flatMap(({ targets }) => targets ?? []);

function hasDatabase(store: AnyStore): store is DatabaseStore {
  return store.database !== undefined;
}

/**
 * Recognises the store of a database by its tables and columns, never by a version string.
 * @throws DoctorError UNSUPPORTED, naming what is missing
 */
export function identifyDatabase(db: Database, path: string): DatabaseStore {
  const stores = STORES.filter(hasDatabase);
  const read = stores.flatMap(({ database }) => [
    ...database.tables.map(({ name }) => name),
    ...(database.alsoReads ?? []),
  ]);
  refuseUnlessOrdinary(db, path, read);
  const lacks = stores.map(({ database }) => missing(db, database));
  const found = stores.find(({ database }, at) => lacks[at]?.length === 0 && (database.isIt?.(db) ?? true));
  if (found) return found;
  const foreign = foreignProgramOf(db);
  if (foreign) throw new DoctorError("UNSUPPORTED", `${path}: ${foreign}, which is not read`);
  const nearest = lacks.find((names) => names.length < 3) ?? [];
  const titles = stores.map(({ title }) => `${title}'s`);
  throw new DoctorError(
    "UNSUPPORTED",
    `${path}: a SQLite database, but neither ${titles.join(" nor ")}${nearest.length > 0 ? ` (missing ${nearest.join(", ")})` : ""}`,
  );
}

function missing(db: Database, { tables }: DatabaseForm): string[] {
  return tables.flatMap(({ name, needs }) => {
    const found = columnsOf(db, name);
    if (found.size === 0) return [`table ${name}`];
    return needs.filter((column) => !found.has(column)).map((column) => `${name}.${column}`);
  });
}

/** @throws DoctorError UNSUPPORTED */
export function openDatabase(db: Database, path: string): { store: DatabaseStore; reader: Reader } {
  const store = identifyDatabase(db, path);
  return { store, reader: store.database.open(db, path) };
}
