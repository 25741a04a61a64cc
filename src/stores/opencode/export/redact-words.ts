import type { Json } from "../../../model/conversation.js";
import { isObject } from "../../../model/text.js";
import { isKnownMime } from "../../../model/told.js";
import { lookedAt } from "../../../providers/errors.js";
import { RECORDED } from "../errors.js";
import { blankImage } from "./redact-image.js";

/** Texts that opencode itself writes into errors and parts, and that rules look at. */
const OWN_TEXTS = new Set([
  "Tool execution aborted",
  "Tool execution was interrupted",
  "[Tool execution was interrupted]",
  "[Old tool result content cleared]",
  "Aborted",
  "The operation was aborted",
]);
const PATTERN_WORDS = new Set(
  RECORDED.flatMap(({ pattern }) => pattern.source.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? []),
);

/**
 * Letters become x, digits 0; blanks, punctuation and half characters stay, so that the text is as long, as blank and
 * as broken as it was.
 */
export function placeholder(text: string): string {
  if (OWN_TEXTS.has(text)) return text;
  return text.replace(RUNS, (run) => shownFor(run).repeat(run.length));
}

/** Letters, digits, and whatever lies beyond the first 65,536 characters, in runs of one kind. */
const RUNS = /\p{Lu}+|[^\p{P}\p{S}\s\p{C}\p{N}\p{Lu}]+|\p{N}+|[\u{10000}-\u{10FFFF}]+/gu;

function shownFor(run: string): string {
  return /^\p{N}/u.test(run) ? "0" : /^\p{Lu}/u.test(run) ? "X" : "x";
}

/** The same for a name: a letter beyond ASCII stays one, since no provider takes it in a name. */
export function namePlaceholder(text: string): string {
  return text
    .replace(/[^\x80-\uffff]+/g, placeholder)
    .replace(/[^\u0000-\u007f\p{Cs}]+/gu, (run) => "\u00f8".repeat(run.length));
}

/** A number with as many digits, of the same sign and kind. */
export function numberPlaceholder(number: number): number {
  return Number(String(number).replace(/[1-9]/g, "1"));
}

/** Redacts keys, texts and numbers of a value that a tool or a person wrote. */
export function redactForeign(value: Json): Json {
  if (typeof value === "string") return placeholder(value);
  if (typeof value === "number") return numberPlaceholder(value);
  if (Array.isArray(value)) return value.map(redactForeign);
  if (!isObject(value)) return value;
  const keys = new Keys();
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [keys.free(placeholder(name)), redactForeign(inner)]),
  );
}

/** Gives the keys of an object different names: two keys may be alike without their words. */
export class Keys {
  readonly #taken = new Set<string>();
  readonly #count = new Map<string, number>();

  free(wanted: string): string {
    let number = this.#count.get(wanted) ?? 1;
    let free = number === 1 ? wanted : `${wanted}_${number}`;
    while (this.#taken.has(free)) free = `${wanted}_${++number}`;
    this.#count.set(wanted, number);
    this.#taken.add(free);
    return free;
  }
}

/** A text that may hold JSON: an object in it stays one. */
export function redactJsonText(text: string): string {
  const value = parsed(text);
  return isObject(value) ? JSON.stringify(redactForeign(value)) : placeholder(text);
}

/** The content of a row that holds no JSON object: as many bytes, and JSON only where it was JSON. */
export function redactRow(text: string): string {
  const value = parsed(text);
  if (value !== undefined) return JSON.stringify(redactForeign(value));
  return text.replace(RUNS, (run) => shownFor(run).repeat(Buffer.byteLength(run)));
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** A placeholder with the same number of base64 bytes; a text keeps its blanks and punctuation. */
export function redactBytes(base64: string, isText: boolean): string {
  const bytes = Buffer.from(base64, "base64");
  if (!isText) return bytes.fill("x").toString("base64");
  const shown = bytes.toString("latin1").replace(/[^\t\n\r !-/:-@[-`{-~]/g, "x");
  return Buffer.from(shown, "latin1").toString("base64");
}

/** A provider's own words stay, the rest of the text does not. */
export function redactError(text: string): string {
  if (OWN_TEXTS.has(text)) return text;
  const kept = lookedAt(text).flatMap(({ from, text: looked }) =>
    RECORDED.flatMap(({ pattern }) => {
      const found = pattern.exec(looked);
      return found ? [{ from: from + found.index, until: from + found.index + found[0].length }] : [];
    }),
  );
  let told = "";
  let at = 0;
  for (const { from, until } of kept.sort((one, other) => one.from - other.from)) {
    told += placeholder(text.slice(at, Math.max(at, from)));
    told += ownWords(text.slice(Math.max(at, from), Math.max(at, until)));
    at = Math.max(at, until);
  }
  return told + placeholder(text.slice(at));
}

/** Keeps the words of a match that some pattern names. Other words may be the user's. */
function ownWords(matched: string): string {
  return matched.replace(/[\p{L}\p{N}_]+/gu, (word) =>
    PATTERN_WORDS.has(word.toLowerCase()) ? word : placeholder(word),
  );
}

export function redactMime(mime: string): string {
  if (isKnownMime(mime)) return mime;
  const kind = /^(?:image|audio|video|text|application|font)\//i.exec(mime)?.[0] ?? "";
  return kind + placeholder(mime.slice(kind.length));
}

/** The kind of a URL stays; of the data in it how much there is, and of an image its type and pixels. */
export function redactUrl(url: string): string {
  const head = /^data:([^;,]{0,200})((?:;[^,]{0,200})?,)/i.exec(url);
  if (!head) {
    const scheme = /^(?:data:|(?:https?|file|ftp|blob):(?:\/\/)?)/i.exec(url)?.[0] ?? "";
    return scheme + placeholder(url.slice(scheme.length));
  }
  const [whole, mime = "", rest = ""] = head;
  const body = url.slice(whole.length);
  const isBase64 = /;base64,$/i.test(rest);
  // A data URL may carry a name beside its type.
  const settings = isBase64 ? `${placeholder(rest.slice(0, -8))}${rest.slice(-8)}` : placeholder(rest);
  const shown = `data:${redactMime(mime)}${settings}`;
  if (!isBase64) return shown + placeholder(body);
  return shown + (blankImage(body) ?? (/^text\//i.test(mime) ? redactBytes(body, true) : placeholder(body)));
}

/** Hosts go by the core of a version; a tag after it may be the user's. */
export function redactVersion(version: string): string {
  const found = /^(\d{1,4}\.\d{1,4}\.\d{1,4})(?=$|[-+])/.exec(version);
  if (!found) return placeholder(version);
  return found[0] + placeholder(version.slice(found[0].length)).replaceAll("0", "1");
}
