import { closeSync, createReadStream, existsSync, openSync, readSync, rmSync } from "node:fs";
import { createInterface } from "node:readline";
import { DoctorError } from "../errors.js";
import { isServer } from "../files/postgres/name.js";
import { type Cells, decodeCell, encodeCell } from "../files/rows.js";
import { openWhole, type WholeFile } from "../files/whole-file.js";
import { TOOL } from "../version.js";

/** One row that a repair changed: whole, before and after, with its exact bytes. Null: it was not there. */
export interface JournalEntry {
  readonly table: string;
  readonly rowid: number;
  readonly id: string;
  readonly rules: readonly string[];
  readonly before: Cells | null;
  readonly after: Cells | null;
  /** Lines of a file, where `rowid` is the place of the change in the new file: the untouched bytes before it. */
  readonly gap?: { readonly size: number; readonly digest: string };
}

export interface JournalHeader {
  readonly journal: 1;
  readonly tool: { readonly name: string; readonly version: string };
  readonly database: string;
  /** Marks by which the database is recognised under another name. */
  readonly marks: readonly string[];
  /** The backup that was made before the same repair, and the mark of its content. */
  readonly backup: { readonly path: string; readonly mark: string } | null;
  /** ms since 1970. */
  readonly written: number;
}

/**
 * Writes an undo journal as JSON Lines; it gets its name when it is complete. Never over an existing file; mode 0600, and of
 * the database's owner.
 */
export class JournalWriter {
  readonly #file: WholeFile;
  #isWhole = false;
  #entries = 0;
  #buffer: string[] = [];
  #size = 0;

  constructor(
    readonly path: string,
    { database, marks, backup }: Pick<JournalHeader, "database" | "marks" | "backup">,
  ) {
    const owner = isServer(database) ? {} : { like: database };
    this.#file = openWhole(path, { replaces: false, mode: 0o600, ...owner });
    const header: JournalHeader = { journal: 1, tool: TOOL, database, marks, backup, written: Date.now() };
    this.#line(header);
  }

  add(entry: JournalEntry): void {
    this.#entries++;
    this.#line({ ...entry, before: encodeRow(entry.before), after: encodeRow(entry.after) });
  }

  /** Writes the last line, waits until all of it is on the disk, and gives the file its name. */
  end(): void {
    this.#line({ end: this.#entries });
    this.#flush();
    this.#file.keep();
    this.#isWhole = true;
  }

  /** Removes it, whole or not. */
  discard(): void {
    this.#file.drop();
    if (this.#isWhole) rmSync(this.path, { force: true });
  }

  #line(value: unknown): void {
    const line = `${JSON.stringify(value)}\n`;
    this.#buffer.push(line);
    this.#size += line.length;
    if (this.#size > 1 << 20) this.#flush();
  }

  #flush(): void {
    this.#file.write(this.#buffer.join(""));
    this.#buffer = [];
    this.#size = 0;
  }
}

function encodeRow(cells: Cells | null): Record<string, [string, string]> | null {
  return cells && Object.fromEntries(Object.entries(cells).map(([name, cell]) => [name, encodeCell(cell)]));
}

/** Bytes; longer first lines are of other files. */
const LONGEST_HEADER = 1 << 16;

/** The first line of a journal; null where the file is none. */
export function readJournalHeader(path: string): JournalHeader | null {
  const fd = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(LONGEST_HEADER);
    const [line] = bytes
      .subarray(0, readSync(fd, bytes, 0, LONGEST_HEADER, 0))
      .toString("utf8")
      .split("\n", 1);
    const value: unknown = JSON.parse(line ?? "");
    return isHeader(value) ? value : null;
  } catch {
    return null;
  } finally {
    closeSync(fd);
  }
}

/**
 * The header of the journal that the user named.
 * @throws DoctorError NOT_FOUND, UNSUPPORTED
 */
export function namedJournal(path: string): JournalHeader {
  if (!existsSync(path)) throw new DoctorError("NOT_FOUND", `${path}: no such journal`);
  const header = readJournalHeader(path);
  if (!header) throw new DoctorError("UNSUPPORTED", `${path}: not an undo journal`);
  return header;
}

/**
 * Reads a journal to its end, before anything is locked: it may be incomplete. Returns its header.
 * @throws DoctorError NOT_FOUND, UNSUPPORTED, TRUNCATED
 */
export async function wholeJournal(path: string): Promise<JournalHeader> {
  const header = namedJournal(path);
  for await (const _ of readJournal(path));
  return header;
}

/**
 * Reads an undo journal row by row: it may be larger than the memory. Complete only where it ends without an error. Nothing
 * of it is trusted: a row is a table, a row number, an id and cells, or the file is refused.
 * @throws DoctorError TRUNCATED where its last line is missing, UNSUPPORTED where it is no journal
 */
export async function* readJournal(path: string): AsyncGenerator<JournalEntry> {
  let hasBegun = false;
  let end: number | null = null;
  let entries = 0;
  for await (const line of linesOf(path)) {
    const value = parseLine(line, path);
    if (!hasBegun) {
      if (!isHeader(value)) throw new DoctorError("UNSUPPORTED", `${path}: not an undo journal`);
      hasBegun = true;
    } else if (end !== null) throw notComplete(path);
    else if (isRecord(value) && typeof value.end === "number") end = value.end;
    else {
      entries++;
      yield entryOf(value, path, entries + 1);
    }
  }
  if (!hasBegun || end !== entries) throw notComplete(path);
}

function linesOf(path: string): AsyncIterable<string> {
  return createInterface({
    input: createReadStream(path, "utf8"),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
}

function parseLine(line: string, path: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw notComplete(path);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isHeader(value: unknown): value is JournalHeader {
  return (
    isRecord(value) &&
    value.journal === 1 &&
    typeof value.database === "string" &&
    typeof value.written === "number" &&
    Array.isArray(value.marks) &&
    value.marks.every((mark) => typeof mark === "string") &&
    (value.backup === null || (isRecord(value.backup) && typeof value.backup.mark === "string"))
  );
}

function entryOf(value: unknown, path: string, line: number): JournalEntry {
  const entry: Record<string, unknown> = isRecord(value) ? value : {};
  const { table, rowid, id, rules } = entry;
  const before = rowOf(entry.before);
  const after = rowOf(entry.after);
  if (
    typeof table !== "string" ||
    !Number.isSafeInteger(rowid) ||
    typeof id !== "string" ||
    !Array.isArray(rules) ||
    before === undefined ||
    after === undefined ||
    (before === null && after === null)
  )
    throw new DoctorError("UNSUPPORTED", `${path}: line ${line} is no row of an undo journal`);
  // Whether the store has such a table is asked before anything is written.
  const gap = gapOf(entry.gap);
  return { table, rowid: rowid as number, id, rules: rules.map(String), before, after, ...(gap && { gap }) };
}

function gapOf(value: unknown): JournalEntry["gap"] {
  if (!isRecord(value) || !Number.isSafeInteger(value.size) || typeof value.digest !== "string")
    return undefined;
  return { size: Number(value.size), digest: value.digest };
}

/** Undefined where the value is no row. */
function rowOf(value: unknown): Cells | null | undefined {
  if (value === null) return null;
  if (!isRecord(value)) return undefined;
  const cells: Cells = {};
  for (const [name, cell] of Object.entries(value)) {
    if (!isCell(cell)) return undefined;
    cells[name] = decodeCell(cell);
  }
  return cells;
}

const INT64 = 2n ** 63n;
const GRAMMAR: Readonly<Record<string, (text: string) => boolean>> = {
  n: (text) => text === "",
  r: () => true,
  b: () => true,
  t: () => true,
  i: (text) => /^-?\d{1,19}$/.test(text) && BigInt(text) < INT64 && BigInt(text) >= -INT64,
  f: (text) => text === "Infinity" || text === "-Infinity" || (text !== "" && Number.isFinite(Number(text))),
};

function isCell(value: unknown): value is [string, string] {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [tag, text] = value as unknown[];
  return typeof tag === "string" && typeof text === "string" && GRAMMAR[tag]?.(text) === true;
}

function notComplete(path: string): DoctorError {
  return new DoctorError("TRUNCATED", `${path}: the journal is not complete: its repair was never committed`);
}
