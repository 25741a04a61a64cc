/** The largest of the numbers, or `floor` if none is larger. Takes a list of any length, which Math.max does not. */
export function largest(numbers: Iterable<number>, floor = Number.NEGATIVE_INFINITY): number {
  let found = floor;
  for (const number of numbers) if (number > found) found = number;
  return found;
}

/** The smallest of the numbers, or `ceiling` where none is smaller. */
export function smallest(numbers: Iterable<number>, ceiling = Number.POSITIVE_INFINITY): number {
  let found = ceiling;
  for (const number of numbers) if (number < found) found = number;
  return found;
}

/** Adds the items at the end of a list. */
export function append<Item>(list: Item[], items: Iterable<Item>): void {
  for (const item of items) list.push(item);
}

/** "143,000" for a whole number. (`toLocaleString` loads locale data, which takes longer than a small scan.) */
export function count(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** "1 row", "2 rows". */
export function plural(value: number, name: string): string {
  return `${count(value)} ${name}${value === 1 ? "" : "s"}`;
}
