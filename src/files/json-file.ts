import { createReadStream, fstatSync, readFileSync, statSync } from "node:fs";
import { DoctorError } from "../errors.js";
import { shellWord } from "../escapes.js";
import type { Json } from "../model/conversation.js";
import { parseJson } from "../model/json.js";
import { readCurl } from "./curl-text.js";
import { isContainer, type JsonItem, lineItem, readJsonLines, withoutMark } from "./json-lines.js";
import { isParquet, readParquet } from "./parquet.js";

/** Files up to this size (bytes) are read whole; larger ones must be JSON Lines. */
const WHOLE_BELOW = 256 * 1024 * 1024;

/**
 * The JSON values of a file: one document, or JSON Lines one by one. `-` reads standard input. `wholeBelow`: bytes.
 * @throws DoctorError TRUNCATED, INVALID_JSON, UNSUPPORTED
 */
export async function* readJsonItems(path: string, wholeBelow = WHOLE_BELOW): AsyncGenerator<JsonItem> {
  if (isParquet(path)) {
    yield* readParquet(path);
    return;
  }
  if (path !== "-" && statSync(path).size > wholeBelow) {
    yield* readJsonLines(path, createReadStream(path));
    return;
  }
  yield* itemsOf(path, path === "-" ? await standardInput() : readFileSync(path));
}

async function* itemsOf(path: string, bytes: Buffer): AsyncGenerator<JsonItem> {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b)
    throw new DoctorError("UNSUPPORTED", `${path}: is compressed (gzip)`, unpackLine(path));
  const text = decode(bytes);
  if (text.trim() === "")
    throw new DoctorError("EMPTY_FILE", `${path}: ${path === "-" ? "standard input" : "the file"} is empty`);
  const whole = parseJson(text);
  if (whole !== undefined) {
    yield { value: whole, text, line: 0, bytes: bytes.length };
    return;
  }
  const held = /\.ya?ml$/i.test(path) ? (await import("./yaml-text.js")).readYaml(text) : readCurl(text);
  if (held) {
    yield { value: held.value, text, held, line: 0, bytes: bytes.length };
    return;
  }
  const behindWords = documentBehindWords(text);
  if (behindWords) {
    yield { ...behindWords, line: 0, bytes: bytes.length };
    return;
  }
  const lines = text.split(/\r?\n/);
  if (!areJsonLines(lines)) throw brokenJson(path, text, bytes.length);
  for (const [index, line] of lines.entries()) if (line.trim() !== "") yield lineItem(path, line, index + 1);
}

function unpackLine(path: string): string {
  return path === "-" ? "gunzip -c FILE | doctor check -" : `gunzip -k ${shellWord(path)}`;
}

/** A document behind lines of words; null where the text is none. A line that begins with a bracket is no words. */
function documentBehindWords(text: string): { before: string; text: string; value: Json } | null {
  const start = /^[ \t]*[[{]/m.exec(text)?.index ?? 0;
  if (start === 0) return null;
  const rest = text.slice(start);
  const value = parseJson(rest);
  return value === undefined ? null : { before: text.slice(0, start), text: rest, value };
}

/** A broken document may have lines that are JSON by themselves: a string, a bracket pair, a number. */
function areJsonLines(lines: readonly string[]): boolean {
  const opens = /^\s*[[{]\s*$/.test(lines.find((line) => line.trim() !== "") ?? "");
  return !opens && lines.some(isContainer);
}

let received: Promise<Buffer> | undefined;

/** Standard input can be read only once: later callers get the same bytes. */
function standardInput(): Promise<Buffer> {
  received ??= readInput();
  return received;
}

/** The text of standard input. */
export async function readStandardText(): Promise<string> {
  return decode(await standardInput());
}

/** Reads standard input in chunks, so that Ctrl-C works while waiting, and stops at the size limit. */
async function readInput(): Promise<Buffer> {
  refuseFolder();
  return wholeOf(process.stdin);
}

async function wholeOf(source: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of source) {
    size += chunk.length;
    if (size > WHOLE_BELOW)
      throw new DoctorError(
        "UNSUPPORTED",
        `-: standard input is larger than ${WHOLE_BELOW / 1024 / 1024} MB`,
        "put it into a file, as JSON Lines",
      );
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function refuseFolder(): void {
  if (isFolder(process.stdin.fd))
    throw new DoctorError("UNSUPPORTED", "-: standard input is a folder", "pipe a file in, or name it");
}

function isFolder(fd: number): boolean {
  try {
    return fstatSync(fd).isDirectory();
  } catch {
    // Standard input is closed: the read that follows reports the error.
    return false;
  }
}

/**
 * The JSON values of standard input, line by line as they arrive. If the first line is no JSON by itself, the whole is
 * read as one document.
 * @throws DoctorError like `readJsonItems`
 */
export async function* readStandardLines(
  source: AsyncIterable<Buffer> = process.stdin,
): AsyncGenerator<JsonItem> {
  refuseFolder();
  const chunks = source[Symbol.asyncIterator]();
  try {
    const begun: Buffer[] = [];
    const isLines = await beginsWithLine(chunks, begun);
    const all = joinedChunks(begun, chunks);
    if (isLines) yield* readJsonLines("-", all);
    else yield* itemsOf("-", await wholeOf(all));
  } finally {
    // Otherwise the program would wait for the end of an input that nobody wants.
    await chunks.return?.();
  }
}

/** True if the first line with text is JSON by itself. Adds the chunks that were read to `begun`. */
async function beginsWithLine(chunks: AsyncIterator<Buffer>, begun: Buffer[]): Promise<boolean> {
  let size = 0;
  for (let next = await chunks.next(); ; next = await chunks.next()) {
    if (!next.done) begun.push(next.value);
    size += next.done ? 0 : next.value.length;
    const isEnough = next.done || next.value.includes("\n") || size > WHOLE_BELOW;
    if (!isEnough) continue;
    const lines = withoutMark(Buffer.concat(begun).toString("utf8")).split("\n");
    const isOpen = !next.done && size <= WHOLE_BELOW;
    const first = (isOpen ? lines.slice(0, -1) : lines).find((line) => line.trim() !== "");
    if (first !== undefined) return isContainer(first);
    if (!isOpen) return false;
  }
}

async function* joinedChunks(begun: readonly Buffer[], rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield* begun;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}

/** UTF-8 or UTF-16 by its byte order mark, or by the zeros that UTF-16 has between ASCII characters. */
function decode(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.subarray(2).toString("utf16le");
  if (bytes[0] === 0xfe && bytes[1] === 0xff)
    return Buffer.from(bytes.subarray(2, bytes.length - (bytes.length % 2)))
      .swap16()
      .toString("utf16le");
  if (bytes.length > 3 && bytes[1] === 0 && bytes[3] === 0) return bytes.toString("utf16le");
  return withoutMark(bytes.toString("utf8"));
}

/**
 * A document that opens and never closes was cut; opencode's own export is cut at multiples of 64 KiB when it is piped.
 */
function brokenJson(path: string, text: string, bytes: number): DoctorError {
  const opens = /^\s*[{[]/.test(text);
  if (opens && endsInside(text)) {
    const cut =
      bytes % 65_536 === 0
        ? "; a piped `opencode export` is cut at multiples of 64 KiB: redirect it to a file"
        : "";
    return new DoctorError("TRUNCATED", `${path}: the JSON is cut off after ${bytes} bytes${cut}`);
  }
  return opens
    ? new DoctorError("INVALID_JSON", `${path}: not valid JSON`)
    : new DoctorError("UNSUPPORTED", `${path}: neither a database nor JSON`);
}

/** True where the text ends inside a string or with brackets open. */
function endsInside(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (inString) {
      if (character === "\\") at++;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === "{" || character === "[") depth++;
    else if (character === "}" || character === "]") depth--;
  }
  return inString || depth > 0;
}
