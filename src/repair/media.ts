import type { Block, Conversation, Json, Message, Row } from "../model/conversation.js";
import { isObject } from "../model/text.js";
import type { Editor } from "./editor.js";
import { editsFor } from "./store-edits.js";

/** What is wrong with one attachment of a row; `at` tells which, where a row may hold several. */
export interface RefusedMedia {
  readonly problem: string;
  readonly mime: string;
  readonly at?: number;
  readonly bytes?: number;
  /** What its bytes are. */
  readonly is?: string;
  readonly width?: number;
  readonly height?: number;
}

/** Corrects a wrong type; puts a text in the place of what cannot be sent. */
export function replaceMedia(
  conversation: Conversation,
  message: Message,
  row: Row,
  block: Block | undefined,
  refused: readonly RefusedMedia[],
  editor: Editor,
): void {
  const gone = refused.filter((one) => one.problem !== "other-type");
  for (const one of refused)
    if (!gone.includes(one)) relabel(row, pathOf(conversation, one.at), one.is!, editor);
  if (gone.length === 0) return;
  if (block?.kind === "call") {
    dropAttachments(row, gone, editor);
    return;
  }
  for (const one of gone) {
    const stored = message.blocks.find(
      (candidate) => candidate.row === row && candidate.kind === "media" && candidate.at === one.at,
    );
    if (stored) editsFor(conversation, editor).putText(message, stored, noteOf(one));
  }
}

function noteOf({ mime, problem }: RefusedMedia): string {
  const kind = mime ? ` (${mime})` : "";
  return problem.startsWith("too-")
    ? `[An attachment${kind} was too much to be sent and was removed.]`
    : `[An attachment${kind} could not be sent and was removed.]`;
}

/** Where the attachment's own object stands in the row's JSON. */
function pathOf({ store }: Conversation, at: number | undefined): string {
  if (at === undefined) return "$";
  return store === "opencode" ? `$.state.attachments[${at}]` : `$[${at}]`;
}

function relabel(row: Row, path: string, type: string, editor: Editor): void {
  const content = JSON.parse(editor.content(row)!) as Json;
  const place = path.match(/\w+/g) ?? [];
  const media = place.reduce<Json | undefined>(
    (inner, key) => (Array.isArray(inner) ? inner[Number(key)] : isObject(inner) ? inner[key] : undefined),
    content,
  );
  if (!isObject(media)) return;
  editor.set(row, `${path}.${media.mimeType === undefined ? "mime" : "mimeType"}`, type);
  if (typeof media.url === "string")
    editor.set(row, `${path}.url`, media.url.replace(/^data:[^;,]*/i, `data:${type}`));
}

/** The output stays, and says what was removed. */
function dropAttachments(row: Row, gone: readonly RefusedMedia[], editor: Editor): void {
  const { state } = JSON.parse(editor.content(row)!) as { state: { output: string; attachments: Json[] } };
  if (gone.length === state.attachments.length) editor.unset(row, "$.state.attachments");
  else
    for (const { at } of [...gone].sort((one, other) => other.at! - one.at!))
      editor.unset(row, `$.state.attachments[${at}]`);
  const notes = gone.map(noteOf).join("\n");
  editor.set(row, "$.state.output", state.output === "" ? notes : `${state.output}\n${notes}`);
}
