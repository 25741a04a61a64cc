import { type Cell, RawText } from "../../src/files/rows.js";
import type { Json } from "../../src/model/conversation.js";
import { parseJson } from "../../src/model/json.js";
import { isObject } from "../../src/model/text.js";

/** Characters of a value that a line shows. */
const WIDTH = 96;

/** Lines of a diff between two JSON values: the places that differ, each with its value before and after. */
export function changesOf(before: Json | undefined, after: Json | undefined, path = "$"): string[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (Array.isArray(before) && Array.isArray(after)) return changesOfLists(before, after, path);
  if (isObject(before) && isObject(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return names.flatMap((name) =>
      changesOf(before[name], after[name], /^\w+$/.test(name) ? `${path}.${name}` : `${path}["${name}"]`),
    );
  }
  return [
    ...(before === undefined ? [] : [`- ${path} = ${shown(before)}`]),
    ...(after === undefined ? [] : [`+ ${path} = ${shown(after)}`]),
  ];
}

/** Elements that both lists have are passed over; between them, as many as were removed are compared with those added. */
function changesOfLists(before: readonly Json[], after: readonly Json[], path: string): string[] {
  const [one, other] = [before, after].map((list) => list.map((item) => JSON.stringify(item)));
  const lines: string[] = [];
  let [left, right] = [0, 0];
  for (const [at, to] of [...commonPlaces(one ?? [], other ?? []), [before.length, after.length] as const]) {
    for (; left < at && right < to; left++, right++)
      lines.push(...changesOf(before[left], after[right], `${path}[${right}]`));
    for (; left < at; left++) lines.push(...changesOf(before[left], undefined, `${path}[${left}]`));
    for (; right < to; right++) lines.push(...changesOf(undefined, after[right], `${path}[${right}]`));
    [left, right] = [at + 1, to + 1];
  }
  return lines;
}

/** The places of the longest common subsequence, in both lists. */
function commonPlaces(one: readonly string[], other: readonly string[]): (readonly [number, number])[] {
  const lengths = Array.from({ length: one.length + 1 }, () => new Array<number>(other.length + 1).fill(0));
  const at = (row: number, column: number) => lengths[row]?.[column] ?? 0;
  for (let row = one.length - 1; row >= 0; row--)
    for (let column = other.length - 1; column >= 0; column--)
      (lengths[row] ?? [])[column] =
        one[row] === other[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
  const places: (readonly [number, number])[] = [];
  for (let row = 0, column = 0; row < one.length && column < other.length; )
    if (one[row] === other[column]) places.push([row++, column++]);
    else if (at(row + 1, column) >= at(row, column + 1)) row++;
    else column++;
  return places;
}

/** A value as a line shows it: JSON text, shortened. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length <= WIDTH ? text : `${text.slice(0, WIDTH - 1)}…`;
}

/** The value of a cell: the JSON that it holds, else its text; of bytes only their number. */
export function cellValue(cell: Cell | undefined, isContent: boolean): Json | undefined {
  if (cell === undefined) return undefined;
  if (typeof cell === "string") return (isContent ? parseJson(cell) : undefined) ?? cell;
  if (cell === null || typeof cell === "number") return cell;
  if (typeof cell === "bigint") return Number(cell);
  return `(${cell instanceof RawText ? cell.bytes.length : cell.length} bytes)`;
}
