import type { Json, JsonObject } from "../model/conversation.js";
import { parseJson } from "../model/json.js";
import { isObject } from "../model/text.js";
import { placeholder } from "./placeholder.js";

/** The keys by which a store's rows describe themselves; every other text in them counts as a word of the user. */
export interface Redaction {
  /** Keys whose strings say what a thing is. */
  readonly kept: ReadonlySet<string>;
  /** Places that hold whatever a tool or a person put there: keys are theirs, too. */
  readonly foreign: ReadonlySet<string>;
  /** Keys whose text is JSON. */
  readonly json: ReadonlySet<string>;
  /** Keys whose text is opaque: how it begins, and how long it is, tells all that rules look at. */
  readonly opaque: ReadonlySet<string>;
}

/** The text that a kept key may hold: one word or path-like token, never a sentence. */
const A_WORD = /^[\w.+/:@-]{0,128}$/;
/** A mark that a program puts before texts of its own. */
const OWN_MARK = /^<[a-z_]{1,40}>/;
/** Characters of an opaque text that stay. */
const HEAD = 32;

/** The same row with a placeholder of the same kind and length for everything that somebody wrote. */
export function redactedJson(value: Json, redaction: Redaction, key = "", isForeign = false): Json {
  if (typeof value === "string") return redactedText(value, redaction, key, isForeign);
  if (typeof value === "number" && isForeign) return Number(String(value).replace(/[1-9]/g, "1"));
  if (Array.isArray(value)) return value.map((inner) => redactedJson(inner, redaction, key, isForeign));
  return isObject(value) ? redactedObject(value, redaction, isForeign || redaction.foreign.has(key)) : value;
}

function redactedObject(value: JsonObject, redaction: Redaction, isForeign: boolean): JsonObject {
  return Object.fromEntries(
    Object.entries(value).map(([name, inner], at) => [
      // Two keys may look alike when their words are gone.
      isForeign ? `${placeholder(name)}_${at}` : name,
      redactedJson(inner, redaction, name, isForeign),
    ]),
  );
}

function redactedText(text: string, redaction: Redaction, key: string, isForeign: boolean): string {
  if (isForeign) return placeholder(text);
  if (redaction.kept.has(key) && A_WORD.test(text)) return text;
  if (redaction.opaque.has(key)) return text.slice(0, HEAD) + text.slice(HEAD).replace(/[^=]/g, "A");
  if (redaction.json.has(key)) {
    const inner = parseJson(text);
    return inner === undefined ? placeholder(text) : JSON.stringify(redactedJson(inner, redaction, "", true));
  }
  const mark = OWN_MARK.exec(text)?.[0] ?? "";
  return mark + placeholder(text.slice(mark.length));
}
