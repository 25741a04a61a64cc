import type { Json, JsonObject } from "./conversation.js";
import { isObject } from "./text.js";

/** The value that a text holds; undefined where it is no text, or no JSON. */
export function parseJson(text: unknown): Json | undefined {
  if (typeof text !== "string") return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** The value at a path of keys; undefined where something on the way is no object. */
export function valueAt(value: Json, path: readonly string[]): Json | undefined {
  return path.reduce<Json | undefined>((at, key) => (isObject(at) ? at[key] : undefined), value);
}

/** A copy with the value at the path; every other object stays the same one. */
export function withPath(raw: JsonObject, [key, ...rest]: readonly string[], value: Json): JsonObject {
  const inner = raw[key!];
  return { ...raw, [key!]: rest.length > 0 ? withPath(isObject(inner) ? inner : {}, rest, value) : value };
}

/** A copy without what stands at the path; the same object where nothing does. */
export function withoutPath(raw: JsonObject, [key, ...rest]: readonly string[]): JsonObject {
  const inner = raw[key!];
  if (inner === undefined) return raw;
  if (rest.length > 0) return isObject(inner) ? { ...raw, [key!]: withoutPath(inner, rest) } : raw;
  const { [key!]: _, ...left } = raw;
  return left;
}
