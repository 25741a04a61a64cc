/** Control, C1, bidirectional and line-separator characters: what a terminal or log viewer would act on. */
const DANGEROUS = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** Text from a file, as one line that a terminal can only print. */
export function safeText(text: string): string {
  return text.toWellFormed().replace(DANGEROUS, escaped);
}

/** JSON text in which no character reaches a terminal as a command; the value stays the same. */
export function safeJson(json: string): string {
  return json.replace(DANGEROUS, (character) => (character === "\n" ? character : escaped(character)));
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

export function shorten(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(1, width - 1))}…`;
}
