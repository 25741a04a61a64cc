import type { InputKind, Json } from "./conversation.js";

/** How blank a text is for a provider: "" and white space are refused by different rules. */
export function blankness(text: string): "empty" | "space" | false {
  if (text === "") return "empty";
  return /\S/.test(text) ? false : "space";
}

export function endsInSpace(text: string): boolean {
  return text !== "" && text.at(-1)!.trim() === "";
}

export function inputKind(value: Json | undefined): InputKind {
  if (value === undefined) return "missing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value as InputKind;
}

/** True where any string inside the value, keys included, holds an unpaired UTF-16 surrogate. */
export function hasLoneSurrogate(value: Json | undefined): boolean {
  if (typeof value === "string") return !value.isWellFormed();
  if (value === null || typeof value !== "object") return false;
  if (Array.isArray(value)) return value.some(hasLoneSurrogate);
  return Object.entries(value).some(([key, inner]) => !key.isWellFormed() || hasLoneSurrogate(inner));
}

export function isObject(value: unknown): value is Record<string, Json> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

export function asString(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

export function asNumber(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}
