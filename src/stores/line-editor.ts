import { ParsedTexts, renderJson } from "../files/json-text.js";
import { type LineCell, lineOperations } from "../files/line-differences.js";
import type { LineOperation } from "../files/line-write.js";
import { type IsRow, type Line, type LineFile, linesOf } from "../files/lines.js";
import type { Json, JsonObject, Row } from "../model/conversation.js";
import { parseJson } from "../model/json.js";
import { isObject } from "../model/text.js";

/** A line of the file on the bench. Its key stays, whatever is changed in it. */
interface Cell extends LineCell {
  readonly key: number;
  readonly origin?: StoredLine;
}

/** A line without its text and value: these are read again where they are needed. */
type StoredLine = Omit<Line, "text" | "value">;

/** Changes lines of a file in memory. A line that no edit touches keeps its bytes. */
export class LineEditor {
  /** Call ids that repairs gave out. */
  readonly claimed = new Set<string>();
  readonly #file: LineFile;
  readonly #isRow: IsRow;
  readonly #origins: readonly Cell[];
  readonly #byKey = new Map<number, Cell>();
  /** The key behind a key, where it is not the next number; 0 stands before all lines. */
  readonly #behind = new Map<number, number>();
  readonly #gone = new Map<StoredLine | undefined, Pick<Cell, "id" | "rules">>();
  /** Takes the edits back, the last one first. */
  readonly #undo: (() => void)[] = [];
  readonly #texts = new ParsedTexts();
  #rule = "";
  #next: number;

  constructor(file: LineFile, lines: Iterable<Line>, isRow: IsRow) {
    this.#file = file;
    this.#isRow = isRow;
    this.#origins = Array.from(lines, ({ text: _, value: __, ...origin }) => ({
      key: origin.number,
      origin,
      id: `line ${origin.number}`,
      rules: [],
    }));
    for (const cell of this.#origins) this.#byKey.set(cell.key, cell);
    this.#next = this.#origins.length + 1;
  }

  /** Names the rule that the next edits are for. */
  for(rule: string): void {
    this.#rule = rule;
  }

  /** Every line as it stands now. `cell`: the same object for as long as the line is not changed. */
  *lines(): Generator<{ readonly key: number; readonly cell: object; line(): Line }> {
    for (const cell of this.#cells()) yield { key: cell.key, cell, line: () => this.#lineOf(cell) };
  }

  exists(row: Row): boolean {
    return row.rowid === undefined || this.#byKey.has(row.rowid);
  }

  /** The object that the line of a row holds now; undefined where it holds none. */
  value(row: Row): JsonObject | undefined {
    const value = parseJson(this.text(row));
    return isObject(value) ? value : undefined;
  }

  /** The value of a JSON text. It is written as that text again, so that its numbers keep every digit. */
  parsed(text: string): Json {
    return this.#texts.parse(text);
  }

  /** The text of the line of a row as it stands now; empty where it is gone. */
  text(row: Row): string {
    const cell = this.#cellOf(row);
    return cell ? this.#textOf(cell) : "";
  }

  /** Changes the object of a line; the text of what the change leaves alone stays as it is. */
  update(row: Row, change: (value: JsonObject) => JsonObject): void {
    const cell = this.#cellOf(row);
    if (!cell) return;
    const text = this.#textOf(cell);
    const value = parseJson(text);
    if (!isObject(value)) return;
    const changed = change(value);
    if (changed !== value) this.#write(cell, row, renderJson(text, value, changed, this.#texts));
  }

  /** Puts another object, or its JSON text, in the place of whatever the line holds. */
  replace(row: Row, value: JsonObject | string): void {
    const cell = this.#cellOf(row);
    if (cell) this.#write(cell, row, asText(value));
  }

  remove(row: Row): void {
    const cell = this.#cellOf(row);
    if (!cell) return;
    this.#gone.set(cell.origin, { id: row.id, rules: [this.#rule] });
    this.#byKey.delete(cell.key);
    this.#undo.push(() => this.#byKey.set(cell.key, cell));
  }

  /** Puts a new line behind the line of a row, or before all others. Answers with its key. */
  insertBehind(row: Row | null, id: string, value: JsonObject | string): number {
    const before = row?.rowid ?? 0;
    const after = this.#after(before);
    const key = this.#next++;
    this.#byKey.set(key, { key, id, text: asText(value), rules: [this.#rule] });
    this.#behind.set(key, after).set(before, key);
    this.#undo.push(() => {
      this.#byKey.delete(key);
      this.#behind.set(before, after);
    });
    return key;
  }

  /** Takes the byte order mark off the file. */
  dropMark(): void {
    const first = this.#byKey.get(1);
    if (first?.origin?.mark && first.text === undefined)
      this.#change(first, { ...first, text: this.#textOf(first) });
  }

  mark(): { keep(): void; undo(): void } {
    const from = this.#undo.length;
    return {
      keep() {},
      undo: () => {
        for (const back of this.#undo.splice(from).reverse()) back();
      },
    };
  }

  /** The differences from the lines as they were, in the order of the file. */
  operations(session: string | null): LineOperation[] {
    return lineOperations(this.#file, this.#origins, [...this.#cells()], this.#gone, session);
  }

  *#cells(): Generator<Cell> {
    for (let key = this.#after(0); key > 0; key = this.#after(key)) {
      const cell = this.#byKey.get(key);
      if (cell) yield cell;
    }
  }

  /** 0 behind the last one. */
  #after(key: number): number {
    return this.#behind.get(key) ?? (key < this.#origins.length ? key + 1 : 0);
  }

  #cellOf(row: Row): Cell | undefined {
    return row.rowid === undefined ? undefined : this.#byKey.get(row.rowid);
  }

  #textOf({ text, origin }: Cell): string {
    if (text !== undefined) return text;
    if (!origin || origin.problem === "too-large") return "";
    const read = this.#file.bytes(origin.at, origin.size).toString("utf8");
    return origin.mark ? read.slice(1) : read;
  }

  #lineOf(cell: Cell): Line {
    const { origin } = cell;
    if (origin?.problem === "too-large") return { ...origin, text: null };
    const text = this.#textOf(cell);
    if (cell.text === undefined && origin) {
      const value = origin.problem ? undefined : parseJson(text);
      return { ...origin, text, ...(value !== undefined && { value }) };
    }
    const number = origin?.number ?? 0;
    const value = parseJson(text);
    if (value !== undefined)
      return { number, at: 0, size: Buffer.byteLength(text), ending: "\n", text, value };
    const [line] = linesOf(text, this.#isRow);
    return line
      ? { ...line, number, ending: "\n" }
      : { number, at: 0, size: 0, ending: "\n", text, problem: "blank" };
  }

  #write(cell: Cell, { id }: Row, text: string): void {
    this.#change(cell, { ...cell, text, id: id.replace(/#\d+$/, "") });
  }

  #change(cell: Cell, changed: Cell): void {
    const rules = [...new Set([...cell.rules, this.#rule])];
    this.#byKey.set(cell.key, { ...changed, rules });
    this.#undo.push(() => this.#byKey.set(cell.key, cell));
  }
}

function asText(value: JsonObject | string): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
