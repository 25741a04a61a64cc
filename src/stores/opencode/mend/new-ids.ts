import type { Editor } from "../../../files/editor.js";
import type { Message, Row } from "../../../model/conversation.js";
import { idBetween } from "../ids.js";
import { MESSAGE, PART } from "../tables.js";

const PREFIX = { [MESSAGE.name]: "msg", [PART.name]: "prt" } as const;
type Table = keyof typeof PREFIX;

/** The id itself, or the nearest id to it that no row of the file has. */
export function freeId(editor: Editor, table: Table, wanted: string): string {
  return editor.claim(table, wanted) ? wanted : freshId(editor, table, wanted, null);
}

/** An id between two neighbours that no row of the file has. */
export function freshId(editor: Editor, table: Table, low: string | null, high: string | null): string {
  for (let floor = low; ; ) {
    const id = idBetween(PREFIX[table], floor, high);
    if (editor.claim(table, id)) return id;
    floor = id;
  }
}

/** An id of a part that keeps the place of the row: the host reads parts in the order of their ids. */
export function idInPlace({ blocks }: Message, row: Row, editor: Editor): string {
  const rows = blocks.map((block) => block.row);
  const at = rows.indexOf(row);
  const isOfPart = (id: string) => id.startsWith("prt");
  const low =
    rows
      .slice(0, Math.max(at, 0))
      .map((one) => String(editor.cell(one, "id")))
      .findLast(isOfPart) ?? null;
  const high =
    rows
      .slice(at + 1)
      .map(({ id }) => id)
      .find(isOfPart) ?? null;
  const wanted = `prt_${row.id.replace(/^[a-z]*_/, "")}`;
  const isInPlace = (low === null || low < wanted) && (high === null || wanted < high);
  return isInPlace ? freeId(editor, PART.name, wanted) : freshId(editor, PART.name, low, high);
}
