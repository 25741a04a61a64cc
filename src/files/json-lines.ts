import { DoctorError } from "../errors.js";
import type { Json } from "../model/conversation.js";
import { parseJson } from "../model/json.js";
import type { HoldingText } from "./holding-text.js";

/** A JSON value of a file, or a line that could not be read. */
export type JsonItem = TextItem &
  (
    | { readonly value: Json; readonly error?: undefined }
    | { readonly error: DoctorError; readonly value?: undefined }
  );

interface TextItem {
  /** The text from which the value was parsed. */
  readonly text: string;
  /** Line of a JSON Lines file, from 1; 0: the whole file. */
  readonly line: number;
  readonly bytes: number;
  /** Lines of words before a document, such as those that a program printed before its JSON. */
  readonly before?: string;
  /** The text is YAML, or a command. */
  readonly held?: HoldingText;
}

/** Longer lines (bytes) are passed over, and told. */
const LONGEST = 256 * 1024 * 1024;

/** Reads JSON Lines with one line in memory at a time. */
export async function* readJsonLines(
  path: string,
  source: AsyncIterable<Buffer>,
  longest = LONGEST,
): AsyncGenerator<JsonItem> {
  let number = 0;
  for await (const line of linesOf(source, longest)) {
    number++;
    if (line === null) yield tooLong(path, number, longest);
    else {
      const text = number === 1 ? withoutMark(line.toString("utf8")) : line.toString("utf8");
      if (text.trim() !== "") yield lineItem(path, text, number);
    }
  }
}

/** The lines of the bytes without their ends; null for a line that is too long. */
async function* linesOf(source: AsyncIterable<Buffer>, longest: number): AsyncGenerator<Buffer | null> {
  let held: Buffer[] = [];
  let size = 0;
  const hold = (piece: Buffer) => {
    size += piece.length;
    if (size > longest) held = [];
    else held.push(piece);
  };
  const line = () => {
    const whole = size > longest ? null : Buffer.concat(held);
    held = [];
    size = 0;
    return whole?.at(-1) === CARRIAGE_RETURN ? whole.subarray(0, -1) : whole;
  };
  for await (const chunk of source) {
    let from = 0;
    for (let to = chunk.indexOf(LINE_FEED); to >= 0; to = chunk.indexOf(LINE_FEED, from)) {
      hold(chunk.subarray(from, to));
      yield line();
      from = to + 1;
    }
    if (from < chunk.length) hold(chunk.subarray(from));
  }
  if (size > 0) yield line();
}

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

export function lineItem(path: string, line: string, number: number): JsonItem {
  const value = parseJson(line);
  const bytes = Buffer.byteLength(line);
  return value === undefined
    ? {
        text: line,
        line: number,
        bytes,
        error: new DoctorError("INVALID_JSON", `${path}: line ${number} is no JSON`),
      }
    : { value, text: line, line: number, bytes };
}

function tooLong(path: string, line: number, longest: number): JsonItem {
  const limit = `${Math.floor(longest / 1024 / 1024)} MB`;
  const error = new DoctorError("UNSUPPORTED", `${path}: line ${line} is longer than ${limit}`);
  return { text: "", line, bytes: 0, error };
}

export function withoutMark(text: string): string {
  return text.replace(/^\ufeff/, "");
}

/** True for a line that is a JSON object or list by itself. */
export function isContainer(line: string): boolean {
  const value = parseJson(line);
  return typeof value === "object" && value !== null;
}
