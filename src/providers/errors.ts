import { ANTHROPIC_ERRORS } from "./anthropic-errors.js";
import { HOST_ERRORS } from "./host-errors.js";
import type { KnownError } from "./known-error.js";
import { OPENAI_ERRORS } from "./openai-errors.js";
import { OTHER_ERRORS } from "./other-errors.js";

export type { KnownError } from "./known-error.js";

/** Error texts of providers and hosts, and the rules that explain them. */
export const KNOWN_ERRORS: readonly KnownError[] = [
  ...ANTHROPIC_ERRORS,
  ...OPENAI_ERRORS,
  ...OTHER_ERRORS,
  ...HOST_ERRORS,
];

/** The rules that explain an error text, most likely first; [] where none is known. */
export function rulesOfError(text: string): string[] {
  return [...new Set(KNOWN_ERRORS.filter(({ pattern }) => pattern.test(text)).flatMap(({ rules }) => rules))];
}
