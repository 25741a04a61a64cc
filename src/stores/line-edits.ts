import type { Block, Json, JsonObject, Message, Row } from "../model/conversation.js";
import { valueAt, withPath } from "../model/json.js";
import { isObject, plainId, wellFormed, wordOf } from "../model/text.js";
import type { Edits } from "../rules/edits.js";
import { pieceIndex } from "./line-bench.js";
import type { LineEditor } from "./line-editor.js";

/** How a store writes the pieces of its rows. A path starts at the piece; at the row, where the row is the piece. */
export interface PieceShape {
  /** From a row to its list of pieces. */
  list(row: JsonObject): readonly string[];
  readonly callId: readonly string[];
  readonly name: readonly string[];
  readonly input: readonly string[];
  readonly resultId: readonly string[];
  /** From a result to what the tool said. */
  readonly output: readonly string[];
  text(text: string): JsonObject;
}

/** Where the edits of a store differ from those of the others. */
export interface RowHooks {
  /** Takes a line out and closes the gap that it leaves. */
  removeRow(row: Row): void;
  /** Puts a prompt before the message. */
  promptBefore(message: Message, text: string): void;
  completeMessage: Edits["completeMessage"];
}

/** The pieces in the lists of rows. A piece keeps its place until all edits of a rule are done. */
export class RowPieces {
  readonly #editor: LineEditor;
  readonly #list: PieceShape["list"];
  /** Pieces that went, by the key of their row. */
  readonly #gone = new Map<number, Set<number>>();

  constructor(editor: LineEditor, { list }: Pick<PieceShape, "list">) {
    this.#editor = editor;
    this.#list = list;
  }

  /** Changes the piece of a row: the element of the list, or the whole row. */
  update(row: Row, change: (piece: JsonObject) => JsonObject): void {
    if (row.holds !== "piece") {
      this.#editor.update(row, change);
      return;
    }
    const index = this.#indexOf(row);
    this.#withList(row, (list) => {
      const piece = list[index];
      return isObject(piece) ? list.with(index, change(piece)) : list;
    });
  }

  /** Puts a piece, or none, in the place of one. */
  replace(row: Row, pieces: readonly JsonObject[]): void {
    const index = this.#indexOf(row);
    this.#withList(row, (list) => list.toSpliced(index, 1, ...pieces));
    if (pieces.length > 0 || row.rowid === undefined) return;
    const gone = this.#gone.get(row.rowid) ?? new Set();
    this.#gone.set(row.rowid, gone.add(pieceIndex(row)));
  }

  /** Pieces that the row of a piece holds now. */
  count(row: Row): number {
    const value = this.#editor.value(row);
    const list = value && valueAt(value, this.#list(value));
    return Array.isArray(list) ? list.length : 0;
  }

  setAll(row: Row, pieces: readonly JsonObject[]): void {
    this.#editor.update(row, (value) => withPath(value, this.#list(value), [...pieces]));
  }

  #indexOf(row: Row): number {
    const index = pieceIndex(row);
    const gone = this.#gone.get(row.rowid ?? -1) ?? new Set<number>();
    return index - [...gone].filter((other) => other < index).length;
  }

  #withList(row: Row, change: (list: Json[]) => Json[]): void {
    this.#editor.update(row, (value) => {
      const list = valueAt(value, this.#list(value));
      const changed = Array.isArray(list) ? change(list) : list;
      return changed === list || changed === undefined ? value : withPath(value, this.#list(value), changed);
    });
  }
}

/** The edits that every store of lines makes alike. */
export function lineEdits(editor: LineEditor, shape: PieceShape, hooks: RowHooks): Edits {
  const pieces = new RowPieces(editor, shape);
  const set = (row: Row, path: readonly string[], value: Json) =>
    pieces.update(row, (piece) => withPath(piece, path, value));
  const drop = (block: Block) => {
    if (block.row.holds !== "piece" || pieces.count(block.row) <= 1) hooks.removeRow(block.row);
    else pieces.replace(block.row, []);
  };
  return {
    claimed: editor.claimed,
    renameCall(call, result, id) {
      set(call.row, shape.callId, id);
      if (result) set(result.row, shape.resultId, id);
    },
    renameTool: (call) => set(call.row, shape.name, plainId(call.name.trim()).slice(0, 64) || "unknown"),
    setInput: (call, value) => set(call.row, shape.input, value),
    wrapInput: (call) => set(call.row, shape.input, { unparsed: call.arguments ?? null }),
    unquoteInput: (call) => set(call.row, shape.input, editor.parsed(wordOf(call.arguments))),
    drop,
    removeBlock(message, block, placeholder) {
      if (message.role === "user" && pieces.count(block.row) <= 1)
        pieces.setAll(message.row, [shape.text(placeholder)]);
      else drop(block);
    },
    removeMessage: ({ row }) => hooks.removeRow(row),
    putText(message, block, text) {
      if (block?.row.holds === "piece") pieces.replace(block.row, [shape.text(text)]);
      else pieces.setAll(message.row, [shape.text(text)]);
    },
    fillOutput: ({ row }, text) => set(row, shape.output, [shape.text(text)]),
    relabelMedia: (row, at, type) => changeMedia(pieces, shape, row, at, (media) => withType(media, type)),
    dropAttachments(row, at, notes) {
      for (const [index, place] of at.entries())
        changeMedia(pieces, shape, row, place, () => shape.text(notes[index] ?? ""));
    },
    completeMessage: hooks.completeMessage,
    beginWithPrompt: hooks.promptBefore,
    replaceSurrogates: (row) => pieces.update(row, (piece) => wellFormed(piece) as JsonObject),
  };
}

/** Changes an attachment: the piece itself, or an element of the result that holds it. */
function changeMedia(
  pieces: RowPieces,
  shape: PieceShape,
  row: Row,
  at: number | undefined,
  change: (media: JsonObject) => JsonObject,
): void {
  pieces.update(row, (piece) => {
    if (at === undefined) return change(piece);
    const list = valueAt(piece, shape.output);
    const media = Array.isArray(list) ? list[at] : undefined;
    return Array.isArray(list) && isObject(media)
      ? withPath(piece, shape.output, list.with(at, change(media)))
      : piece;
  });
}

/** An attachment with another type: as the services write it, or under `mimeType`. */
function withType(media: JsonObject, type: string): JsonObject {
  const { source } = media;
  return isObject(source)
    ? { ...media, source: { ...source, media_type: type } }
    : { ...media, mimeType: type };
}
