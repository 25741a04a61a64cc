import { escapeLines, escapeText } from "../escapes.js";

/** Returns the text as one line in which every character that a terminal would obey is escaped. */
export function safeText(text: string): string {
  return escapeText(text);
}

/** Escapes these characters in a JSON text. Its value stays the same. */
export function safeJson(json: string): string {
  return escapeLines(json);
}

/** At most `width` characters, the last of them "…" where the text was cut. */
export function shorten(text: string, width: number): string {
  if (text.length <= width) return text;
  const kept = text.slice(0, Math.max(1, width - 1));
  // No half of a character stays at the end.
  return `${kept.isWellFormed() ? kept : kept.slice(0, -1)}…`;
}
