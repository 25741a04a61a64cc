import { isScalar, LineCounter, parseDocument } from "yaml";
import { DoctorError } from "../errors.js";
import type { Json } from "../model/conversation.js";
import { valueAt } from "../model/json.js";
import { isObject } from "../model/text.js";
import type { HoldingText } from "./holding-text.js";
import type { JsonPath } from "./json-places.js";

/** Null where the text is no YAML document with a list or a map. Tags run nothing, and aliases are counted. */
export function readYaml(text: string): HoldingText | null {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, logLevel: "silent" });
  const value = document.errors.length > 0 ? null : javascriptOf(document);
  if (!isObject(value) && !Array.isArray(value)) return null;
  const rangeOf = (path: JsonPath) => {
    const node = document.getIn(path, true);
    return isScalar(node) ? node.range : undefined;
  };
  return {
    value,
    placesOf: (paths) =>
      paths.map((path) => {
        const range = rangeOf(path);
        if (!range) return undefined;
        const { line, col } = lines.linePos(range[0]);
        return { line, column: col };
      }),
    render(changed) {
      const edits = [...changesOf(value, changed, [])].map(([path, now]) => {
        const range = rangeOf(path);
        if (!range)
          throw new DoctorError(
            "UNSUPPORTED",
            "a request that is written in YAML itself, not as JSON text, is not mended",
          );
        return { start: range[0], end: range[1], now };
      });
      return edits
        .sort((one, other) => other.start - one.start)
        .reduce((all, { start, end, now }) => {
          // A block of lines ends with the last line break.
          const end1 = all[end - 1] === "\n" ? "\n" : "";
          return all.slice(0, start) + JSON.stringify(now) + end1 + all.slice(end);
        }, text);
    },
  };
}

/** Null where aliases make more of the document than its text holds. */
function javascriptOf(document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    if (error instanceof ReferenceError) return null;
    throw error;
  }
}

/** The strings that differ, each with its path. */
function* changesOf(before: Json, after: Json, path: JsonPath): Generator<[JsonPath, Json]> {
  if (before === after) return;
  const isList = Array.isArray(before) && Array.isArray(after) && before.length === after.length;
  if (!isList && !(isObject(before) && isObject(after))) {
    yield [path, after];
    return;
  }
  const keys = isList ? before.keys() : Object.keys(after);
  for (const key of keys)
    yield* changesOf(valueAt(before, [key]) ?? null, valueAt(after, [key]) ?? null, [...path, key]);
}
