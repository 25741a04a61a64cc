import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EXAMPLES, examplesText, PAGES, README, rulePages, withGenerated } from "./rule-docs.js";
import { ruleExamples } from "./rule-examples.js";

/** Writes docs/rules, the examples that `doctor explain` shows, and the generated parts of the README. */
const examples = await ruleExamples();
writeFileSync(EXAMPLES, examplesText(examples));
writeFileSync(README, await withGenerated(readFileSync(README, "utf8")));
mkdirSync(PAGES, { recursive: true });
const pages = rulePages(examples);
for (const name of readdirSync(PAGES)) if (!pages.has(name)) rmSync(join(PAGES, name));
for (const [name, text] of pages) writeFileSync(join(PAGES, name), text);
process.stdout.write(`${pages.size} files in docs/rules\n`);
