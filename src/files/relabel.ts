import type { Json, Row } from "../model/conversation.js";
import { relabelUrl } from "../model/media.js";
import { isObject } from "../model/text.js";
import type { Editor } from "./editor.js";

/** Declares the true type of the attachment at a path of the row's JSON, in its own keys and in its data URL. */
export function relabel(row: Row, path: string, type: string, editor: Editor): void {
  const content = JSON.parse(editor.content(row) ?? "null") as Json;
  const keys = path.match(/\w+/g) ?? [];
  const media = keys.reduce<Json | undefined>(
    (inner, key) => (Array.isArray(inner) ? inner[Number(key)] : isObject(inner) ? inner[key] : undefined),
    content,
  );
  if (!isObject(media)) return;
  editor.set(row, `${path}.${media.mimeType === undefined ? "mime" : "mimeType"}`, type);
  if (typeof media.url === "string") editor.set(row, `${path}.url`, relabelUrl(media.url, type));
}
