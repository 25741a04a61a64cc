import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import type { Json } from "../model/conversation.js";
import { parseJson } from "../model/json.js";
import { rescueRows } from "./broken-line.js";
import { MAX_ROW_BYTES } from "./limits.js";

/**
 * Why a line holds no row. `torn`: it begins and does not end; `glued`: whole rows stand in it, behind a torn one or behind each
 * other; `split`: a raw line break cut a row in two, and the rest stands on the next lines (`rest`); `nul`: a run of NUL bytes.
 */
export type LineProblem = "blank" | "torn" | "glued" | "split" | "rest" | "nul" | "too-large";

/** Where a line stands in its file, in bytes, its line break left off. */
export interface LinePlace {
  /** From 1; 0 for a line that a repair added. */
  readonly number: number;
  readonly at: number;
  readonly size: number;
  readonly ending: "\n" | "\r\n" | "";
}

/** A line with the row that it holds, or the reason why it holds none. */
export interface Line extends LinePlace {
  readonly value?: Json;
  readonly problem?: LineProblem;
  /** Null where the line is too large to be opened. */
  readonly text: string | null;
  /** The JSON texts of rows that stand whole in a broken line, in their order. */
  readonly rescued?: readonly string[];
  /** The start of a row whose end is gone, in a line that is torn or glued. */
  readonly half?: string;
  /** Bytes of it are no UTF-8; every one of these is read as U+FFFD. */
  readonly badUtf8?: true;
  /** A byte order mark stands before it. */
  readonly mark?: true;
}

/** Tells a row of a store from any other value. */
export type IsRow = (value: Json) => boolean;

const CHUNK = 1 << 20;
/** Bytes that are looked at to tell what a file is; more where its first line is longer. */
const HEAD = 1 << 16;
/** Bytes that tell a document. */
const BEGIN = 256;
const MOST_HEAD = 1 << 22;
const LF = 10;
/** Lines after a torn one that may be the rest of it. */
const MOST_RESTS = 64;

/** A file of lines that is open for reading, as it was when it was opened: a line that is appended later is not read. */
export class LineFile {
  readonly size: number;
  readonly mtimeMs: number;
  readonly #fd: number;
  /** Lines that a look at the head has parsed, by their place, until they are read. */
  readonly #parsed = new Map<number, Line>();
  /** The whole file, where it is one document. */
  #document: Line | undefined;

  constructor(readonly path: string) {
    this.#fd = openSync(path, "r");
    const { size, mtimeMs } = fstatSync(this.#fd);
    this.size = size;
    this.mtimeMs = mtimeMs;
  }

  /** Takes the file for one line where it begins like this and is one JSON value on several lines. */
  takeDocument(begins: RegExp | undefined): void {
    if (this.#document || this.size > MAX_ROW_BYTES) return;
    if (!begins?.test(this.bytes(0, Math.min(BEGIN, this.size)).toString())) return;
    const whole = lineOf(this.bytes(0, this.size), 1, 0, "");
    if (whole.value !== undefined) this.#document = whole;
  }

  /** The lines one by one; a few of them are in memory at a time. */
  *lines(isRow: IsRow = isAnyRow): Generator<Line> {
    if (this.#document) {
      yield this.#document;
      return;
    }
    yield* joinSplit(this.#single(), isRow);
  }

  /** The first whole lines, for a look at what the file is. */
  head(isRow: IsRow = isAnyRow): Line[] {
    if (this.#document) return [this.#document];
    for (let size = HEAD; ; size = MOST_HEAD) {
      const bytes = this.bytes(0, Math.min(size, this.size));
      const end = bytes.length === this.size ? bytes.length : bytes.lastIndexOf(LF) + 1;
      const lines = linesOf(bytes.subarray(0, end), isRow);
      for (const line of lines) if (line.value !== undefined) this.#parsed.set(line.at, line);
      if (lines.length > 0 || bytes.length === this.size || size === MOST_HEAD) return lines;
    }
  }

  /** The bytes of a stretch of the file. */
  bytes(at: number, size: number): Buffer {
    const buffer = Buffer.allocUnsafe(size);
    let read = 0;
    while (read < size) {
      const more = readSync(this.#fd, buffer, read, size - read, at + read);
      if (more === 0) break;
      read += more;
    }
    return buffer.subarray(0, read);
  }

  close(): void {
    closeSync(this.#fd);
  }

  *#single(): Generator<Line> {
    const buffer = Buffer.allocUnsafe(Math.min(CHUNK, this.size));
    let pieces: Buffer[] = [];
    let kept = 0;
    let number = 0;
    let start = 0;
    const finish = (last: Buffer, ending: "\n" | ""): Line => {
      const size = kept + last.length;
      const isLarge = size > MAX_ROW_BYTES;
      const whole = isLarge ? null : pieces.length === 0 ? last : Buffer.concat([...pieces, last]);
      pieces = [];
      kept = 0;
      number++;
      const parsed = this.#parsed.get(start);
      this.#parsed.delete(start);
      const line = whole
        ? (parsed ?? lineOf(whole, number, start, ending))
        : tooLarge(size, number, start, ending);
      start += size + ending.length;
      return line;
    };
    for (let at = 0; at < this.size; ) {
      const read = readSync(this.#fd, buffer, 0, Math.min(buffer.length, this.size - at), at);
      if (read === 0) break;
      at += read;
      let from = 0;
      for (let end = buffer.indexOf(LF); end >= 0 && end < read; end = buffer.indexOf(LF, from)) {
        yield finish(buffer.subarray(from, end), "\n");
        from = end + 1;
      }
      const rest = buffer.subarray(from, read);
      if (kept <= MAX_ROW_BYTES) pieces.push(Buffer.from(rest));
      else pieces = [];
      kept += rest.length;
    }
    if (kept > 0) yield finish(Buffer.alloc(0), "");
  }
}

/** An object: what every row of every such file is. */
function isAnyRow(value: Json): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The lines of a text, as a file that holds it would have them. */
export function linesOf(text: string | Buffer, isRow: IsRow = isAnyRow): Line[] {
  const bytes = Buffer.from(text);
  const lines: Line[] = [];
  for (let at = 0; at < bytes.length; ) {
    const found = bytes.indexOf(LF, at);
    const end = found < 0 ? bytes.length : found;
    lines.push(lineOf(bytes.subarray(at, end), lines.length + 1, at, found < 0 ? "" : "\n"));
    at = end + 1;
  }
  return [...joinSplit(lines, isRow)];
}

function tooLarge(size: number, number: number, at: number, ending: "\n" | ""): Line {
  return { number, at, size, ending, text: null, problem: "too-large" };
}

/** Reads one line; whether a broken one holds rows all the same is found out later. */
function lineOf(bytes: Buffer, number: number, at: number, lf: "\n" | ""): Line {
  const hasReturn = lf !== "" && bytes.at(-1) === 13;
  const size = bytes.length - (hasReturn ? 1 : 0);
  const full = bytes.toString("utf8", 0, size);
  const mark = number === 1 && full.startsWith("\ufeff");
  const text = mark ? full.slice(1) : full;
  const place = { number, at, size, ending: hasReturn ? ("\r\n" as const) : lf, text };
  const notes = {
    ...(mark && { mark: true as const }),
    ...(text.includes("\ufffd") &&
      !Buffer.from(full).equals(bytes.subarray(0, size)) && { badUtf8: true as const }),
  };
  const value = parseJson(text);
  if (value !== undefined) return { ...place, ...notes, value };
  return { ...place, ...notes, problem: text.trim() === "" ? "blank" : "torn" };
}

/** Looks for rows in broken lines: whole ones in a line of its own, and one that raw line breaks cut into several lines. */
function* joinSplit(lines: Iterable<Line>, isRow: IsRow): Generator<Line> {
  let open: Line[] = [];
  for (const line of lines) {
    const isRest = line.problem === "torn" && open.length > 0 && open.length <= MOST_RESTS;
    if (open.length > 0 && !isRest) {
      for (const one of open) yield asBroken(one, isRow);
      open = [];
    }
    if (line.problem !== "torn") {
      yield line;
      continue;
    }
    open.push(line);
    const row = open.length > 1 && /[}]\s*$/.test(line.text ?? "") ? splitRow(open, isRow) : undefined;
    if (row === undefined) continue;
    for (const before of open.slice(0, row.from)) yield asBroken(before, isRow);
    const [first, ...rests] = open.slice(row.from);
    open = [];
    if (first) yield { ...first, problem: "split", rescued: [row.text] };
    for (const rest of rests) yield { ...rest, problem: "rest" };
  }
  for (const one of open) yield asBroken(one, isRow);
}

/** The row that the last of these lines ends. It begins with the first line, or with the last one that opens an object. */
function splitRow(lines: readonly Line[], isRow: IsRow): { from: number; text: string } | undefined {
  const opening = lines.slice(0, -1).findLastIndex(({ text }) => /^\s*\{/.test(text ?? ""));
  for (const from of new Set([0, Math.max(0, opening)])) {
    const text = joinedRow(lines.slice(from), isRow);
    if (text !== undefined) return { from, text };
  }
  return undefined;
}

function joinedRow(lines: readonly Line[], isRow: IsRow): string | undefined {
  const texts = lines.map(({ text }) => text ?? "");
  for (const glue of ["\\n", " "]) {
    const text = texts.join(glue);
    const value = parseJson(text);
    if (value !== undefined && isRow(value)) return text;
  }
  return undefined;
}

function asBroken(line: Line, isRow: IsRow): Line {
  const text = line.text ?? "";
  const bare = text.replace(/\0+/g, "");
  const hasNul = bare !== text;
  if (bare.trim() === "") return { ...line, problem: "nul" };
  const { rows, half } = rescueRows(bare, isRow);
  if (rows.length === 0) return { ...line, problem: hasNul ? "nul" : "torn", half: bare };
  return { ...line, problem: hasNul && half === "" ? "nul" : "glued", rescued: rows, half };
}
