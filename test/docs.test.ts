import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { examplesOf } from "../src/judge/rule-example.js";
import { pageOf, RULEBOOK, ruleEntry } from "../src/judge/rulebook.js";
import { rulePageText } from "../src/reporters/rule-page.js";
import { EXAMPLES, examplesText, PAGES, README, rulePages, withGenerated } from "./tools/rule-docs.js";
import { ruleExamples } from "./tools/rule-examples.js";

const STALE = "is stale: npm run docs";

describe("the generated documents are those of today", async () => {
  const examples = await ruleExamples();
  const pages = rulePages(examples);

  test("the examples that explain shows", () => {
    expect(readFileSync(EXAMPLES, "utf8"), STALE).toBe(examplesText(examples));
  });

  test("the README's rule table, and the output of its first command", async () => {
    const readme = readFileSync(README, "utf8");
    expect(readme, STALE).toBe(await withGenerated(readme));
    for (const name of ["rules", "output"]) expect(readme).toContain(`<!-- end of ${name} -->`);
  });

  test("no page is missing, and none is left of a rule that is gone", () => {
    expect(readdirSync(PAGES).sort(), STALE).toEqual([...pages.keys()].sort());
  });

  test.each([...pages])("docs/rules/%s", (name, text) => {
    expect(readFileSync(join(PAGES, name), "utf8"), STALE).toBe(text);
  });
});

test("the page for a terminal says the same, in lines that fit", () => {
  for (const entry of RULEBOOK) {
    const text = [...rulePageText(pageOf(entry), examplesOf(entry.id), 80)].join("");
    expect(text.split("\n").filter((line) => line.length > 80)).toEqual([]);
    expect(text).toContain("What the tool cannot know");
  }
});

test("a page tells every text of the rule's damage, of providers and of hosts", () => {
  const page = (id: string) => {
    const entry = ruleEntry(id);
    if (!entry) throw new Error(id);
    return [...rulePageText(pageOf(entry), examplesOf(id), 2000)].join("");
  };
  expect(page("blank-text")).toContain("text content blocks must be non-empty");
  expect(page("invalid-message")).toContain("Invalid value for 'content': expected a string, got null.");
  expect(page("missing-project")).toContain("FOREIGN KEY constraint failed");
  expect(page("foreign-metadata")).toContain("Invalid prompt: The messages do not match the ModelMessage[]");
});
