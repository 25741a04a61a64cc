import { createScanner } from "jsonc-parser";
import type { Place } from "../model/report.js";

/** Keys and indexes from the outermost value of a document to one inside it. */
export type JsonPath = readonly (string | number)[];

interface Wanted {
  place?: Place;
  readonly inner: Map<string | number, Wanted>;
}

/** An object or array that is open; `index` counts the elements of an array, an object has none. */
interface Open {
  readonly wanted: Wanted | undefined;
  index: number | null;
}

/**
 * Finds where the values at these paths begin, in one pass over text that JSON.parse accepts, at any depth of nesting.
 * If an object has a key twice, the last value counts, as for JSON.parse.
 */
export function placesIn(text: string, paths: readonly JsonPath[]): (Place | undefined)[] {
  const root: Wanted = { inner: new Map() };
  const targets = paths.map((path) => path.reduce(innerOf, root));
  const scanner = createScanner(text, true);
  /** The first character of the next token; undefined behind the last one. */
  const step = () => {
    scanner.scan();
    return text[scanner.getTokenOffset()];
  };
  const open: Open[] = [];
  let next: Wanted | undefined = root;
  let isKey = false;
  for (let sign = step(); sign !== undefined; sign = step()) {
    const around = open.at(-1);
    if (sign === "}" || sign === "]") {
      open.pop();
      isKey = false;
    } else if (sign === ",") {
      if (around?.index === null) isKey = true;
      else if (around) next = around.wanted?.inner.get(++around.index);
    } else if (isKey) {
      next = around?.wanted?.inner.get(scanner.getTokenValue());
      isKey = false;
    } else if (sign !== ":") {
      if (next)
        next.place = { line: scanner.getTokenStartLine() + 1, column: scanner.getTokenStartCharacter() + 1 };
      isKey = sign === "{";
      if (isKey) open.push({ wanted: next, index: null });
      else if (sign === "[") {
        open.push({ wanted: next, index: 0 });
        next = next?.inner.get(0);
      }
    }
  }
  return targets.map(({ place }) => place);
}

function innerOf({ inner }: Wanted, key: string | number): Wanted {
  const known = inner.get(key);
  if (known) return known;
  const added: Wanted = { inner: new Map() };
  inner.set(key, added);
  return added;
}
