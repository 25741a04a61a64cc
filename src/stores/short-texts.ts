import type { Json } from "../model/conversation.js";

/** Longer texts are shortened (UTF-16 units). */
export const LONG_TEXT = 4000;
const KEPT = 1000;

/**
 * A copy in which long texts are shortened, for rules that only look at how a text begins. A text that holds an
 * unpaired surrogate stays whole, as do the values of the keys `whole`. The same value where nothing is long.
 */
export function shortened(value: Json, whole: readonly string[]): Json {
  if (typeof value === "string")
    return value.length > LONG_TEXT && value.isWellFormed() ? wellFormedStart(value) : value;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.map((item) => shortened(item, whole));
    return items.every((item, at) => item === value[at]) ? value : items;
  }
  const changed: Record<string, Json> = {};
  for (const [key, inner] of Object.entries(value)) {
    const kept = whole.includes(key) ? inner : shortened(inner, whole);
    if (kept !== inner) changed[key] = kept;
  }
  return Object.keys(changed).length > 0 ? { ...value, ...changed } : value;
}

/** The first characters, none of them cut in half. A text that begins blank stays as blank as it is. */
function wellFormedStart(text: string): string {
  const start = text.slice(0, KEPT);
  const kept = /\S/.test(start) ? start : text;
  return kept.isWellFormed() ? kept : kept.slice(0, -1);
}
