import { readFileSync } from "node:fs";
import { relative } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import { filesBelow, SRC } from "./support/sources.js";

const FILES = [...filesBelow(SRC), ...filesBelow(import.meta.dirname)]
  .filter((path) => /\.(ts|mjs)$/.test(path))
  .map((path) => ({
    name: relative(`${SRC}/..`, path).replaceAll("\\", "/"),
    text: readFileSync(path, "utf8"),
  }));

/** Lines of a file and of a function that a reader takes in at once. */
const MOST_OF_FILE = 250;
const MOST_OF_FUNCTION = 60;

/** The longer files, each with its reason. At most five. */
const LONGER: Readonly<Record<string, string>> = {
  "src/model/conversation.ts": "the types of a conversation and its pieces, read side by side",
  "test/everyday-requests.test.ts": "a table of request bodies",
  "test/rules/oc-cases.test.ts": "a table of damaged rows",
  "test/scan/plain.test.ts": "the columns and keys that a quick look may meet, varied by one property",
  "test/support/shapes.ts": "a table of shapes with the verdicts measured on the real program",
};

test("no file is longer than a reader takes in, but for five with a reason", () => {
  const longer = FILES.filter(({ text }) => text.trimEnd().split("\n").length > MOST_OF_FILE);
  expect(longer.map(({ name }) => name).sort()).toEqual(Object.keys(LONGER).sort());
  expect(Object.keys(LONGER).length).toBeLessThanOrEqual(5);
});

/** True for the function that a `describe` is given: it holds tests, each a function of its own. */
function isGroupOfTests(node: ts.Node): boolean {
  return ts.isCallExpression(node.parent) && /^describe\b/.test(node.parent.expression.getText());
}

test("no function is longer than a reader takes in", () => {
  const longer = FILES.flatMap(({ name, text }) => {
    const source = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
    const lineOf = (position: number) => source.getLineAndCharacterOfPosition(position).line + 1;
    const found: string[] = [];
    const visit = (node: ts.Node): void => {
      const [from, to] = [lineOf(node.getStart()), lineOf(node.getEnd())];
      if (ts.isFunctionLike(node) && to - from >= MOST_OF_FUNCTION && !isGroupOfTests(node))
        found.push(`${name}:${from}, ${to - from + 1} lines`);
      ts.forEachChild(node, visit);
    };
    visit(source);
    return found;
  });
  expect(longer).toEqual([]);
});
