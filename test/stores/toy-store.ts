import type { Block, Conversation, JsonObject } from "../../src/model/conversation.js";
import { inputKind, isObject, textBlock } from "../../src/model/text.js";
import { duplicateToolResult } from "../../src/rules/duplicate-tool-result.js";
import type { ResultEdits } from "../../src/rules/edits.js";
import { invalidToolInput } from "../../src/rules/invalid-tool-input.js";
import { orphanToolResult } from "../../src/rules/orphan-tool-result.js";
import { lineRow, pieceRow } from "../../src/stores/line-bench.js";
import { lineEdits, type PieceShape } from "../../src/stores/line-edits.js";
import { defineStore, type LineEntry, type LinesForm } from "../../src/stores/store.js";

/** A store of JSON Lines that no program writes: `{"toy": "user", "says": [{"text" | "call" | "answer": …}]}`. */
interface ToyEntry extends LineEntry {
  readonly role: "user" | "assistant" | "tool";
  readonly blocks: readonly Block[];
}

const SHAPE: PieceShape = {
  list: ["says"],
  callId: ["id"],
  name: ["call"],
  input: ["with"],
  resultId: ["to"],
  output: ["answer"],
  text: (text) => ({ text }),
};

const form: LinesForm<Conversation, ResultEdits, ToyEntry> = {
  isRow: (value) => isObject(value) && typeof value.toy === "string",
  isIt: (first) => first.some(({ value }) => value !== undefined && form.isRow(value)),
  decode(line, key) {
    const value = isObject(line.value) ? line.value : {};
    const says = Array.isArray(value.says) ? value.says.filter(isObject) : [];
    const row = lineRow(line, key, `line ${key}`);
    const role = value.toy === "assistant" || value.toy === "tool" ? value.toy : "user";
    return { key, place: line, role, blocks: says.map((piece, at) => blockOf(piece, pieceRow(row, at))) };
  },
  assemble: (entries, { path, bytes, modified }) => ({
    id: path,
    store: "toy",
    row: { table: "file", holds: "conversation", id: path, created: null, updated: modified, size: bytes },
    title: "",
    directory: null,
    version: null,
    created: null,
    updated: null,
    size: bytes,
    messages: entries.map(({ key, role, blocks, place }, position) => {
      const row = lineRow({ ...place, at: 0, ending: "\n", text: null }, key, `line ${key}`);
      return { role, row, position, created: null, blocks };
    }),
  }),
  edits: (_, editor) => ({
    ...lineEdits(editor, SHAPE, {
      removeRow: (row) => editor.remove(row),
      promptBefore() {},
      completeMessage() {},
    }),
    insertResult() {},
    moveResult() {},
    nameResult() {},
  }),
  programs: [],
};

function blockOf(piece: JsonObject, row: ReturnType<typeof pieceRow>): Block {
  if (piece.to !== undefined) return { kind: "result", row, id: String(piece.to), ok: true };
  if (piece.call === undefined) return textBlock(row, String(piece.text));
  const input = { input: inputKind(piece.with), inputEmpty: false, arguments: piece.with };
  return { kind: "call", row, id: String(piece.id), name: String(piece.call), ...input };
}

export const toy = defineStore<Conversation, ResultEdits>({
  id: "toy",
  title: "Toy",
  hosts: [
    {
      id: "toy",
      title: "Toy",
      generations: [{ since: "1.0.0", until: null, features: {} }],
      newest: "1.0.0",
      replays:
        ({ messages }) =>
        () => ({ turns: messages }),
      effects: [],
      stops: {},
    },
  ],
  lines: form,
  rules: [duplicateToolResult, invalidToolInput, orphanToolResult],
});
