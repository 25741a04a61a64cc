import type { Json, Message, Row } from "../../model/conversation.js";
import { valueAt, withPath } from "../../model/json.js";
import { append } from "../../model/numbers.js";
import { isObject, wordOf } from "../../model/text.js";
import { closeItem, type Item } from "./item.js";
import { SHOWN_BEHIND } from "./raw-shapes.js";
import type { RequestWriter } from "./writer.js";

/** Edits that only a captured request can need, because its API has rules about the places of content. */
export interface BodyEdits {
  /** Moves images and files of a message, or of a tool's result, into a message of the user behind it. */
  handOver(message: Message): void;
  /** Gives the texts of a message the name that the format has for texts of its role. */
  retypeTexts(message: Message): void;
  /** Makes a system message one of the user, or moves its words to the beginning. */
  placeSystem(message: Message, where: "user" | "first"): void;
  /** Gives a Responses item another id. */
  renameItem(message: Message, id: string): void;
  /** Takes `cache_control` marks out, the oldest first. */
  unmark(count: number): void;
  /** Puts a text in the place of each reference to one of these tools. */
  dropReferences(row: Row, names: readonly string[]): void;
  /** Adds a message of the user at the end. */
  endWithPrompt(text: string): void;
}

const HANDED_OVER = "Attached media from tool result:";
const SHOWN_BEFORE = "Attached media from the reply before:";
const MEDIA = ["image", "image_url", "input_audio", "file", "input_image", "input_file"];

export function bodyEdits(writer: RequestWriter): BodyEdits {
  return {
    handOver: (message) => {
      const item = writer.itemOf(message.row);
      if (item) handOver(writer, item);
    },
    retypeTexts: (message) => {
      const item = writer.itemOf(message.row);
      for (const cell of item?.lists.content ?? [])
        if (isObject(cell.raw) && typeof cell.raw.text === "string")
          cell.raw = { ...cell.raw, type: writer.wire.text("", message.role).type ?? null };
    },
    placeSystem: (message, where) => {
      const item = writer.itemOf(message.row);
      if (item && where === "user") item.raw = { ...item.raw, role: "user" };
      else if (item) moveToFront(writer, item);
    },
    renameItem: ({ row }, id) => {
      const item = writer.itemOf(row);
      if (item) item.raw = { ...item.raw, id };
    },
    unmark: (count) => unmark(writer, count),
    dropReferences: (row, names) =>
      writer.update(row, (raw) =>
        withPath(raw, writer.wire.output, withoutReferences(valueAt(raw, writer.wire.output) ?? null, names)),
      ),
    endWithPrompt: (text) => writer.transcript.items.push(writer.newPrompt(text)),
  };
}

/** Moves attachments of the tool or the assistant behind the results of the turn, into a message of the user. */
function handOver(writer: RequestWriter, item: Item): void {
  const raw = closeItem(item);
  const key = raw.output === undefined ? "content" : "output";
  const pieces = Array.isArray(raw[key]) ? raw[key] : [];
  const isMedia = (piece: Json) => isObject(piece) && MEDIA.includes(wordOf(piece.type));
  const left = pieces.filter((piece) => !isMedia(piece));
  const note = writer.wire.text(writer.isResult(raw) ? HANDED_OVER : SHOWN_BEFORE, "user");
  const shown = writer.wire.message("user", [note, ...pieces.filter(isMedia)]);
  writer.insertBehind(writer.lastResultBehind(item), writer.transcript.newItem(shown));
  if (left.length > 0) writer.updateItem(item, (before) => ({ ...before, [key]: left }));
  else if (writer.isResult(raw)) writer.updateItem(item, (before) => ({ ...before, [key]: SHOWN_BEHIND }));
  else writer.removeItem(item);
}

/** Strict templates take one system message: the words join it where there is one. */
function moveToFront(writer: RequestWriter, item: Item): void {
  const { items } = writer.transcript;
  const first = items[0];
  if (first && first !== item && isObject(first.raw) && first.raw.role === item.raw.role) {
    const [before, after] = [first.raw.content, item.raw.content];
    if (typeof before === "string" && typeof after === "string")
      first.raw = { ...first.raw, content: `${before}\n\n${after}` };
    else append(writer.openContent(first), writer.openContent(item));
    writer.removeItem(item);
    return;
  }
  writer.removeItem(item);
  writer.transcript.items.unshift(item);
}

function unmark(writer: RequestWriter, count: number): void {
  let left = count;
  for (const item of writer.transcript.items)
    for (const cell of item.lists.content ?? []) {
      if (left === 0) return;
      if (!isObject(cell.raw) || cell.raw.cache_control === undefined) continue;
      const { cache_control: _, ...rest } = cell.raw;
      cell.raw = rest;
      left--;
    }
}

function withoutReferences(said: Json, names: readonly string[]): Json {
  if (!Array.isArray(said)) return said;
  return said.map((piece): Json => {
    const name = isObject(piece) && piece.type === "tool_reference" ? piece.tool_name : undefined;
    return typeof name === "string" && names.includes(name)
      ? { type: "text", text: `[The tool ${name} is not available in this request.]` }
      : piece;
  });
}
