import { safeJson } from "./safe-text.js";

/**
 * A JSON document with a list behind everything else, written one element a line.
 * `end`: what closes the document behind the list; its first line stands below the list's own.
 */
export function* withList(
  document: object,
  name: string,
  elements: Iterable<object>,
  end = "\n}",
): Generator<string> {
  const margin = `${/^\n *(?=[}\]])/.exec(end)![0]}  `;
  yield `${safeJson(JSON.stringify(document, null, 2).slice(0, -end.length))},${margin}"${name}": [`;
  let isEmpty = true;
  for (const element of elements) {
    yield `${isEmpty ? "" : ","}${margin}  ${safeJson(JSON.stringify(element))}`;
    isEmpty = false;
  }
  yield `${isEmpty ? "" : margin}]${end}\n`;
}
