import type { Json } from "../model/conversation.js";
import { isObject } from "../model/text.js";
import type { HoldingText } from "./holding-text.js";

/** The key under which the body of the command stands. */
const BODY = "curl";
/** The option that sends a body, up to its quotation mark; `@file` is no body. */
const DATA = /\s(?:-d|--json|--data(?:-raw|-binary)?)(?:=|\s+|(?=\$?['"]))(?=\$?['"])/g;

/** How a shell writes a word in quotation marks. */
interface Quotes {
  readonly open: string;
  /** The word behind the opening mark, up to its closing one. */
  readonly word: RegExp;
  readonly close: string;
  read(word: string): string;
  write(text: string): string;
}

const ANSI: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

const QUOTES: readonly Quotes[] = [
  {
    open: "$'",
    word: /(?:[^'\\]|\\[\s\S])*/y,
    close: "'",
    read: (word) =>
      word.replace(/\\(?:u([\da-fA-F]{4})|x([\da-fA-F]{2})|([\s\S]))/g, (_, unit, byte, one) =>
        one === undefined ? String.fromCharCode(Number.parseInt(unit ?? byte, 16)) : (ANSI[one] ?? one),
      ),
    write: (text) => text.replace(/[\\']/g, "\\$&").replaceAll("\n", "\\n").replaceAll("\r", "\\r"),
  },
  {
    open: "'",
    word: /(?:[^']|'\\'')*/y,
    close: "'",
    read: (word) => word.replaceAll("'\\''", "'"),
    write: (text) => text.replaceAll("'", "'\\''"),
  },
  {
    open: '"',
    word: /(?:[^"\\]|\\[\s\S])*/y,
    close: '"',
    read: (word) => word.replace(/\\(?:\n|([\\"$`]))/g, (_, one = "") => one),
    write: (text) => text.replace(/[\\"$`]/g, "\\$&"),
  },
];

/** A curl command with a body in quotation marks, as browsers and documents write it; null for any other text. */
export function readCurl(text: string): HoldingText | null {
  if (!/^\s*(?:[$>]\s*)?curl\s/.test(text)) return null;
  DATA.lastIndex = 0;
  const option = DATA.exec(text);
  const start = DATA.lastIndex;
  const quotes = option && QUOTES.find(({ open }) => text.startsWith(open, start));
  if (!quotes) return null;
  const { open, word, close, read, write } = quotes;
  word.lastIndex = start + open.length;
  const [written = ""] = word.exec(text) ?? [];
  const from = start + open.length;
  const to = from + written.length;
  if (!text.startsWith(close, to)) return null;
  const before = text.slice(0, start).split("\n");
  const place = { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
  return {
    value: { [BODY]: read(written) },
    placesOf: (paths) => paths.map(() => place),
    render: (changed) => text.slice(0, from) + write(bodyOf(changed)) + text.slice(to),
  };
}

function bodyOf(value: Json): string {
  return isObject(value) ? String(value[BODY]) : "";
}
