import type { InputKind, Json, Row, TextBlock } from "./conversation.js";

/** Tells whether a text is empty or only white space. Providers refuse the two by different rules. */
export function blankness(text: string): "empty" | "space" | false {
  if (text === "") return "empty";
  return /\S/.test(text) ? false : "space";
}

function endsInSpace(text: string): boolean {
  return text.at(-1)?.trim() === "";
}

export function inputKind(value: Json | undefined): InputKind {
  if (value === undefined) return "missing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value as InputKind;
}

/** True if a string or key at any depth of the value contains an unpaired UTF-16 surrogate. */
export function hasLoneSurrogate(value: Json | undefined): boolean {
  const open: (Json | undefined)[] = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next === "string") {
      if (!next.isWellFormed()) return true;
    } else if (Array.isArray(next)) for (const inner of next) open.push(inner);
    else if (isObject(next))
      for (const [key, inner] of Object.entries(next)) {
        if (!key.isWellFormed()) return true;
        open.push(inner);
      }
  }
  return false;
}

/** The last folder of a path of any system; null where there is none. */
export function lastFolder(path: string): string | null {
  return path.split(/[\\/]/).findLast((part) => part !== "") ?? null;
}

export function isObject(value: unknown): value is Record<string, Json> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

export function asString(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** JSON has numbers, such as 1e999, that JavaScript reads as infinite: no reader takes them. */
export function asNumber(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

/** The value as a text: JSON where it is none, and the empty text for no value. */
export function asText(value: Json | undefined): string {
  if (typeof value === "string") return value;
  return value === null || value === undefined ? "" : JSON.stringify(value);
}

/** The value as `String` tells it. The `toString` of an object is stored data, and is never called. */
export function wordOf(value: unknown): string {
  if (Array.isArray(value)) return value.map((one) => (isPlain(one) ? String(one) : "")).join(",");
  return isPlain(value) ? String(value) : "[object Object]";
}

function isPlain(value: unknown): boolean {
  return typeof value !== "object" || value === null;
}

/** A text with the properties that providers check. */
export function textBlock(row: Row, text: string): TextBlock {
  return {
    kind: "text",
    row,
    text,
    length: text.length,
    blank: blankness(text),
    endsInSpace: endsInSpace(text),
    loneSurrogate: !text.isWellFormed(),
  };
}

/** The text with "_" for each character that providers refuse in an id or name, as hosts send it. */
export function plainId(text: string): string {
  return text.replace(/[^a-zA-Z0-9_-]/g, "_");
}

/** The same value with U+FFFD for each half character. */
export function wellFormed(value: Json): Json {
  if (typeof value === "string") return value.toWellFormed();
  if (Array.isArray(value)) return value.map(wellFormed);
  if (!isObject(value) || !hasLoneSurrogate(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key.toWellFormed(), wellFormed(inner)]),
  );
}
