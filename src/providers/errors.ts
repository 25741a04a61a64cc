import { stripVTControlCharacters } from "node:util";
import { ANTHROPIC_ERRORS } from "./anthropic-errors.js";
import type { KnownError } from "./known-error.js";
import { OPENAI_ERRORS } from "./openai-errors.js";
import { OTHER_ERRORS } from "./other-errors.js";
import { PROGRAM_ERRORS } from "./program-errors.js";

export type { KnownError } from "./known-error.js";

/** Error texts of providers and of the libraries that ask them. */
export const KNOWN_ERRORS: readonly KnownError[] = [
  ...ANTHROPIC_ERRORS,
  ...OPENAI_ERRORS,
  ...OTHER_ERRORS,
  ...PROGRAM_ERRORS,
];

/** Characters at either end of an error that are looked at. The text quoted between them may be a whole request. */
const LOOKED_AT = 32_768;

/** The looked-at pieces of an error: all of it, or its beginning and its end. */
export function lookedAt(text: string): { readonly from: number; readonly text: string }[] {
  if (text.length <= LOOKED_AT * 2) return [{ from: 0, text }];
  return [
    { from: 0, text: text.slice(0, LOOKED_AT) },
    { from: text.length - LOOKED_AT, text: text.slice(-LOOKED_AT) },
  ];
}

/**
 * A text that a person copied: from a terminal with colours, line breaks and a bar at the left, from a page with curly quotes,
 * or out of JSON with its escapes.
 */
export function copiedText(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/^[ \t]*[│┃|▌▏▎┆┊╎]+/gm, " ")
    .replace(/[‘’]/g, "'")
    .replace(/[“”]/g, '"')
    .replace(/\\[nrt]|\s+/g, " ")
    .replace(/\\(?!\w)/g, "");
}

/** The known errors that a text holds, in the order of the list. */
export function knownErrorsIn(text: string, known: readonly KnownError[] = KNOWN_ERRORS): KnownError[] {
  const looked = lookedAt(text);
  return known.filter(({ pattern }) => looked.some((piece) => pattern.test(piece.text)));
}

/** The rules that explain an error text, most likely first; [] where none is known. */
export function rulesOfError(text: string, known: readonly KnownError[]): string[] {
  return [...new Set(knownErrorsIn(text, known).flatMap(({ rules }) => rules))];
}
