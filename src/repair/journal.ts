import { closeSync, createReadStream, fsyncSync, openSync } from "node:fs";
import { createInterface } from "node:readline";
import { DoctorError } from "../errors.js";
import { type Cells, decodeCell, encodeCell } from "../files/rows.js";
import { writeAll } from "../files/write-all.js";
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
  /** ms since 1970. */
  readonly written: number;
}

/** Writes an undo journal as JSON Lines; complete once `end` was called. Never over an existing file; mode 0600. */
export class JournalWriter {
  readonly #fd: number;
  #entries = 0;
  #buffer: string[] = [];
  #size = 0;

  constructor(
    readonly path: string,
    database: string,
  ) {
    this.#fd = openSync(path, "wx", 0o600);
    const header: JournalHeader = { journal: 1, tool: TOOL, database, written: Date.now() };
    this.#line(header);
  }

  add(entry: JournalEntry): void {
    this.#entries++;
    this.#line({ ...entry, before: encodeRow(entry.before), after: encodeRow(entry.after) });
  }

  /** Writes the last line and waits until all of it is on the disk. */
  end(): void {
    this.#line({ end: this.#entries });
    this.#flush();
    fsyncSync(this.#fd);
    closeSync(this.#fd);
  }

  #line(value: unknown): void {
    const line = `${JSON.stringify(value)}\n`;
    this.#buffer.push(line);
    this.#size += line.length;
    if (this.#size > 1 << 20) this.#flush();
  }

  #flush(): void {
    writeAll(this.#fd, this.#buffer.join(""));
    this.#buffer = [];
    this.#size = 0;
  }
}

function encodeRow(cells: Cells | null): Record<string, [string, string]> | null {
  return cells && Object.fromEntries(Object.entries(cells).map(([name, cell]) => [name, encodeCell(cell)]));
}

function decodeRow(row: Record<string, [string, string]> | null): Cells | null {
  return row && Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, decodeCell(cell)]));
}

/**
 * Reads an undo journal row by row: it may be larger than the memory. Complete only where it ends without an error.
 * @throws DoctorError TRUNCATED where its last line is missing, UNSUPPORTED where it is no journal
 */
export async function* readJournal(path: string): AsyncGenerator<JournalEntry> {
  let begun = false;
  let end: number | null = null;
  let entries = 0;
  for await (const line of createInterface({
    input: createReadStream(path, "utf8"),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    const value = parseLine(line, path);
    if (!begun) {
      if (value.journal !== 1) throw new DoctorError("UNSUPPORTED", `${path}: not an undo journal`);
      begun = true;
    } else if (typeof value.end === "number") end = value.end;
    else {
      entries++;
      yield {
        ...(value as unknown as JournalEntry),
        before: decodeRow(value.before as never),
        after: decodeRow(value.after as never),
      };
    }
  }
  if (!begun || end !== entries) throw notComplete(path);
}

function parseLine(line: string, path: string): Record<string, unknown> {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    throw notComplete(path);
  }
}

function notComplete(path: string): DoctorError {
  return new DoctorError("TRUNCATED", `${path}: the journal is not complete: its repair was never committed`);
}
