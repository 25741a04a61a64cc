import type { JsonPath } from "../files/json-places.js";
import type { Json, JsonObject, Row } from "../model/conversation.js";
import { isObject } from "../model/text.js";
import { changedAt, type JsonChange, valueAtPath } from "./json-at.js";
import type { LineEditor } from "./line-editor.js";

/** The way to each row from the value of its line; the row's `rowid` is the line. */
export type RowPaths = ReadonlyMap<Row, JsonPath>;

/** An element of a list that came or went. */
interface Shift {
  readonly at: number;
  readonly by: 1 | -1;
}

/** Changes pieces of lines during one round of repairs: a path that was read before the round leads to its piece all the while. */
export class LineCursor {
  readonly #shifts = new Map<string, Shift[]>();

  constructor(
    private readonly editor: LineEditor,
    private readonly paths: RowPaths,
  ) {}

  /** The value of a row as it stands now. */
  value(row: Row): Json | undefined {
    const path = this.#now(row);
    return path ? valueAtPath(this.editor.value(row), path) : undefined;
  }

  change(row: Row, change: JsonChange): void {
    const path = this.#now(row);
    if (!path) return;
    this.editor.update(row, (line) => {
      const changed = changedAt(line, path, change);
      return isObject(changed) ? changed : line;
    });
  }

  /** Takes a row out: an element of a list, or a whole line. */
  remove(row: Row): void {
    const path = this.#now(row);
    if (path?.length === 0) this.editor.remove(row);
    else if (path) {
      this.change(row, () => undefined);
      this.#note(row, -1);
    }
  }

  /** Puts a row behind another one: into the list that holds it, or as a line. */
  insertBehind(row: Row, id: string, added: JsonObject): void {
    const path = this.#now(row);
    const at = path?.at(-1);
    if (path?.length === 0) this.editor.insertBehind(row, id, added);
    if (!path || typeof at !== "number") return;
    this.editor.update(row, (line) => {
      const changed = changedAt(line, path.slice(0, -1), (list) =>
        Array.isArray(list) ? [...list.slice(0, at + 1), added, ...list.slice(at + 1)] : list,
      );
      return isObject(changed) ? changed : line;
    });
    this.#note(row, 1);
  }

  #note(row: Row, by: Shift["by"]): void {
    const path = this.paths.get(row) ?? [];
    const at = path.at(-1);
    if (typeof at !== "number") return;
    const list = keyOf(row, path.slice(0, -1));
    this.#shifts.set(list, [...(this.#shifts.get(list) ?? []), { at, by }]);
  }

  /** Where the row stands now; null where it is gone. */
  #now(row: Row): JsonPath | null {
    const live: (string | number)[] = [];
    const path = this.paths.get(row);
    if (!path) return null;
    for (const [depth, key] of path.entries()) {
      const shifts = this.#shifts.get(keyOf(row, path.slice(0, depth))) ?? [];
      if (typeof key !== "number") live.push(key);
      else if (shifts.some(({ at, by }) => by < 0 && at === key)) return null;
      else live.push(key + shifts.filter(({ at }) => at < key).reduce((sum, { by }) => sum + by, 0));
    }
    return live;
  }
}

function keyOf({ rowid }: Row, path: JsonPath): string {
  return JSON.stringify([rowid, ...path]);
}
