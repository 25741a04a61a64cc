import { createHash } from "node:crypto";
import type { IsRow, Line, LineFile } from "../files/lines.js";
import type { BrokenLine, Conversation, Row } from "../model/conversation.js";
import type { Edits } from "../rules/edits.js";
import { LineEditor } from "./line-editor.js";
import type { LineBench, LineEntry, LineSource, LinesForm } from "./store.js";

/** Reads a conversation from the lines of a file, one line in memory at a time. */
export function readLines<C extends Conversation>(
  form: LinesForm<C>,
  file: LineFile,
  name: string,
  full = false,
): { readonly conversation: C; readonly entries: readonly LineEntry[] } {
  const entries: LineEntry[] = [];
  file.takeDocument(form.document);
  for (const line of file.lines(isRowOf(form))) entries.push(form.decode(line, line.number, full));
  return { conversation: form.assemble(entries, sourceOf(file, name)), entries };
}

/** Lays the conversation of a file on the bench. */
export function openLineBench<C extends Conversation, E extends Edits>(
  form: LinesForm<C, E>,
  file: LineFile,
  name: string,
): LineBench<C, E> {
  const isRow = isRowOf(form);
  file.takeDocument(form.document);
  const editor = new LineEditor(file, file.lines(isRow), isRow);
  const known = new WeakMap<object, LineEntry>();
  return {
    look() {
      const entries: LineEntry[] = [];
      for (const { key, cell, line } of editor.lines()) {
        const entry = known.get(cell) ?? form.decode(line(), key, true);
        known.set(cell, entry);
        entries.push(entry);
      }
      return form.assemble(entries, sourceOf(file, name));
    },
    edits(conversation, rule) {
      editor.for(rule);
      return form.edits(conversation, editor);
    },
    exists: (row) => editor.exists(row),
    mark: () => editor.mark(),
    operations: (session) => editor.operations(session),
  };
}

function isRowOf(form: Pick<LinesForm, "isRow">): IsRow {
  return (value) => form.isRow(value);
}

function sourceOf({ size, mtimeMs }: LineFile, path: string): LineSource {
  return { path, bytes: size, modified: mtimeMs };
}

/** The row of a line. */
export function lineRow({ size }: Line, key: number, id: string, created: number | null = null): Row {
  return { table: "line", holds: "message", id, rowid: key, created, updated: created, size };
}

/** The id of a line that holds no row. Lines come and go in a repair: its bytes tell it from others. */
export function brokenId(text: string | null): string {
  const digest = createHash("sha256")
    .update(text ?? "")
    .digest("hex");
  return `broken ${digest.slice(0, 8)}`;
}

/** The rest of a row that was split is as grave as its beginning, so that a repair mends both or none. */
export function withRests(broken: readonly BrokenLine[]): BrokenLine[] {
  let variant: BrokenLine["variant"] = "half";
  return broken.map((line) => {
    if (line.problem === "rest") return { ...line, variant };
    variant = line.variant;
    return line;
  });
}

/** The row of a piece of content in a line. */
export function pieceRow(row: Row, index: number): Row {
  return { ...row, table: "block", holds: "piece", id: `${row.id}#${index}` };
}

/** The place of a piece in the list of its line. */
export function pieceIndex({ id }: Row): number {
  return Number(id.slice(id.lastIndexOf("#") + 1));
}
