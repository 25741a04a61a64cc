import type { Editor } from "../../files/editor.js";
import type { Json, Row } from "../../model/conversation.js";
import { isObject } from "../../model/text.js";

/** Gives the attachment at a path of the row's JSON its true type, in its own keys and in its data URL. */
export function relabel(row: Row, path: string, type: string, editor: Editor): void {
  const content = JSON.parse(editor.content(row)!) as Json;
  const place = path.match(/\w+/g) ?? [];
  const media = place.reduce<Json | undefined>(
    (inner, key) => (Array.isArray(inner) ? inner[Number(key)] : isObject(inner) ? inner[key] : undefined),
    content,
  );
  if (!isObject(media)) return;
  editor.set(row, `${path}.${media.mimeType === undefined ? "mime" : "mimeType"}`, type);
  if (typeof media.url === "string") editor.set(row, `${path}.url`, relabelUrl(media.url, type));
}

export function relabelUrl(url: string, type: string): string {
  return url.replace(/^data:[^;,]*/i, `data:${type}`);
}

/** Takes attachments out of an opencode tool; its output stays, and says what was removed. */
export function dropFromTool(
  row: Row,
  gone: readonly number[],
  notes: readonly string[],
  editor: Editor,
): void {
  const { state } = JSON.parse(editor.content(row)!) as { state: { output: string; attachments: Json[] } };
  if (gone.length === state.attachments.length) editor.unset(row, "$.state.attachments");
  else
    for (const at of [...gone].sort((one, other) => other - one))
      editor.unset(row, `$.state.attachments[${at}]`);
  editor.set(row, "$.state.output", [state.output, ...notes].filter(Boolean).join("\n"));
}
