import type { JsonPath } from "../files/json-places.js";
import type { Json } from "../model/conversation.js";

/** The value at a path; undefined where the path leads nowhere. */
export function valueAtPath(value: Json | undefined, path: JsonPath): Json | undefined {
  return path.reduce<Json | undefined>((at, key) => {
    if (typeof at !== "object" || at === null) return undefined;
    if (Array.isArray(at)) return typeof key === "number" ? at[key] : undefined;
    return at[key];
  }, value);
}

export type JsonChange = (old: Json | undefined) => Json | undefined;

/**
 * A copy with what `change` makes of the value at the path; undefined takes it out. Everything beside the path stays
 * the same object, so that a writer leaves its text as it is; the very value where the change changes nothing.
 */
export function changedAt(value: Json | undefined, path: JsonPath, change: JsonChange): Json | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return change(value);
  if (typeof value !== "object" || value === null) return value;
  const old = Array.isArray(value) ? value[Number(key)] : value[key];
  const next = changedAt(old, rest, change);
  if (next === old) return value;
  if (Array.isArray(value))
    return value.flatMap((item, at) => (at !== key ? [item] : next === undefined ? [] : [next]));
  if (next !== undefined) return { ...value, [key]: next };
  const { [key]: _, ...left } = value;
  return left;
}
