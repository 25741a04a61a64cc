import type { Json, JsonObject } from "../../model/conversation.js";
import { valueAt, withPath } from "../../model/json.js";
import { relabelUrl } from "../../model/media.js";
import { isObject } from "../../model/text.js";

/** Keys from an object to a value inside it. */
export type KeyPath = readonly [string, ...string[]];

/** The path of these that begins in the object, else the first. */
export function pathIn(raw: JsonObject, paths: readonly KeyPath[]): readonly string[] {
  return paths.find(([key]) => key in raw) ?? paths[0] ?? [];
}

/** Changes the object itself, or an element of the list that stands at the path in it. */
export function atElement(
  raw: JsonObject,
  at: number | undefined,
  path: readonly string[],
  change: (raw: JsonObject) => JsonObject,
): JsonObject {
  if (at === undefined) return change(raw);
  const list = valueAt(raw, path);
  if (!Array.isArray(list)) return raw;
  // Counts objects only: other elements of the list are no pieces of content.
  const element = list.filter(isObject)[at];
  return withPath(
    raw,
    path,
    list.map((one) => (one === element && isObject(one) ? change(one) : one)),
  );
}

/** An attachment of any wire with another type. */
export function withType(media: JsonObject, type: string): JsonObject {
  const { source, image_url: url } = media;
  if (isObject(source))
    return {
      ...media,
      source: {
        ...source,
        ...(source.media_type !== undefined && { media_type: type }),
        ...(typeof source.url === "string" && { url: relabelUrl(source.url, type) }),
      },
    };
  if (typeof url === "string") return { ...media, image_url: relabelUrl(url, type) };
  return isObject(url) && typeof url.url === "string"
    ? { ...media, image_url: { ...url, url: relabelUrl(url.url, type) } }
    : media;
}

/** The output of a tool without its blank texts; `placeholder` if no text is left. */
export function withoutBlank(said: Json | undefined, placeholder: Json): Json {
  if (!Array.isArray(said)) return placeholder;
  const left = said.filter(
    (block) => !(isObject(block) && typeof block.text === "string" && block.text.trim() === ""),
  );
  return left.length > 0 ? left : placeholder;
}
