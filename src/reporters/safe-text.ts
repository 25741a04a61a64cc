import { escapeLines, escapeText } from "../escapes.js";

/** Text from a file, as one line that a terminal can only print. */
export function safeText(text: string): string {
  return escapeText(text);
}

/** JSON text in which no character reaches a terminal as a command; the value stays the same. */
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
