/** Characters that a terminal or log viewer obeys: control, C1, bidirectional and line-separator characters. */
const DANGEROUS = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** Returns the text as one line in which every character that a terminal would obey is escaped. */
export function safeText(text: string): string {
  return text.toWellFormed().replace(DANGEROUS, escaped);
}

/** Escapes these characters in a JSON text. Its value stays the same. */
export function safeJson(json: string): string {
  return json.replace(DANGEROUS, (character) => (character === "\n" ? character : escaped(character)));
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

export function shorten(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(1, width - 1))}…`;
}
