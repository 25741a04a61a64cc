import { transform } from "esbuild";
import { expect, test } from "vitest";
import { indexLine, newRuleFiles } from "./tools/rule-template.js";

test("a rule of one store stands in its folder, with its fixture and its test", () => {
  const files = newRuleFiles("odd-thing", ["opencode"]);
  expect([...files.keys()]).toEqual([
    "src/stores/opencode/rules/odd-thing.ts",
    "fixtures/rules/odd-thing.opencode.sql",
    "test/rules/odd-thing.test.ts",
  ]);
  expect(indexLine("odd-thing", ["opencode"])).toBe('export { oddThing } from "./odd-thing.js";\n');
});

test("a rule of several stores is shared, with a fixture for each", () => {
  const files = newRuleFiles("odd-thing", ["instatic", "request"]);
  expect([...files.keys()]).toEqual([
    "src/rules/odd-thing.ts",
    "fixtures/rules/odd-thing.instatic.sql",
    "fixtures/rules/odd-thing.request.jsonc",
    "test/rules/odd-thing.test.ts",
  ]);
  expect(indexLine("odd-thing", ["instatic", "request"])).toBe(
    'export { oddThing } from "../../../rules/odd-thing.js";\n',
  );
});

test.each([["opencode"], ["instatic"], ["request"], ["opencode", "request"]])(
  "every file for %s is valid, and says what is left to fill in",
  async (...stores) => {
    for (const [path, text] of newRuleFiles("odd-thing", stores)) {
      expect(text, path).toContain("TODO");
      if (path.endsWith(".ts")) await transform(text, { loader: "ts" });
    }
  },
);
