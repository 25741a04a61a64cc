import { safeJson } from "./safe-text.js";

/**
 * Writes a JSON document whose last member is a list, one element on each line.
 * `end`: the text that closes the document after the list.
 */
export function* withList(
  document: object,
  name: string,
  elements: Iterable<object>,
  end = "\n}",
): Generator<string> {
  const margin = `${/^\n *(?=[}\]])/.exec(end)?.[0] ?? ""}  `;
  yield `${safeJson(JSON.stringify(document, null, 2).slice(0, -end.length))},${margin}"${name}": [`;
  let isEmpty = true;
  for (const element of elements) {
    yield `${isEmpty ? "" : ","}${margin}  ${safeJson(JSON.stringify(element))}`;
    isEmpty = false;
  }
  yield `${isEmpty ? "" : margin}]${end}\n`;
}
