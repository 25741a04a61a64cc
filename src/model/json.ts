import type { Json, JsonObject } from "./conversation.js";
import { isObject } from "./text.js";

/** Parses a JSON text; undefined if the value is not a text, or not JSON. */
export function parseJson(text: unknown): Json | undefined {
  if (typeof text !== "string") return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** The value at a path of keys and indexes; undefined if the path does not exist. */
export function valueAt(value: Json, path: readonly (string | number)[]): Json | undefined {
  return path.reduce<Json | undefined>((at, key) => {
    if (typeof key === "number") return Array.isArray(at) ? at[key] : undefined;
    return isObject(at) ? at[key] : undefined;
  }, value);
}

/** Returns a copy with another value at a path that exists. Nothing beside the path is copied. */
export function replaceAt(raw: Json, [key, ...rest]: readonly (string | number)[], value: Json): Json {
  if (key === undefined) return value;
  if (Array.isArray(raw)) return raw.map((one, at) => (at === key ? replaceAt(one, rest, value) : one));
  return isObject(raw) ? { ...raw, [key]: replaceAt(raw[key] ?? null, rest, value) } : raw;
}

/** Returns a copy with the value at the path. Objects beside the path are not copied. */
export function withPath(raw: JsonObject, [key, ...rest]: readonly string[], value: Json): JsonObject {
  if (key === undefined) return raw;
  const inner = raw[key];
  return { ...raw, [key]: rest.length > 0 ? withPath(isObject(inner) ? inner : {}, rest, value) : value };
}

/** Returns a copy without the value at the path; the same object if nothing is there. */
export function withoutPath(raw: JsonObject, [key, ...rest]: readonly string[]): JsonObject {
  const inner = key === undefined ? undefined : raw[key];
  if (key === undefined || inner === undefined) return raw;
  if (rest.length > 0) return isObject(inner) ? { ...raw, [key]: withoutPath(inner, rest) } : raw;
  const { [key]: _, ...left } = raw;
  return left;
}
