import type { Editor } from "../../../files/editor.js";
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
