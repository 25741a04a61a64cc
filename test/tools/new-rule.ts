import { execFileSync } from "node:child_process";
import { appendFileSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ruleEntry } from "../../src/judge/rulebook.js";
import { STORES } from "../../src/stores/index.js";
import { ROOT } from "./rule-docs.js";
import { indexLine, newRuleFiles } from "./rule-template.js";

/** Makes a rule with its fixtures, its test and its line in the store's list: `npm run new-rule ID [STORE…]`. */
const [id = "", ...named] = process.argv.slice(2);
const known = STORES.map((store) => store.id);
const stores = named.length > 0 ? named : known.slice(0, 1);
const files = newRuleFiles(id, stores);
const indexes = stores.map((store) => `src/stores/${store}/rules/index.ts`);

const problem = !/^[a-z]+(-[a-z]+)+$/.test(id)
  ? "npm run new-rule ID [STORE…]: the id is two or more words in small letters, such as stuck-tool"
  : ruleEntry(id)
    ? `there is a rule ${id}: doctor explain ${id}`
    : stores.some((store) => !known.includes(store))
      ? `known stores: ${known.join(", ")}`
      : [...files.keys()].some((path) => existsSync(join(ROOT, path)))
        ? `a file of ${id} exists: ${[...files.keys()].join(", ")}`
        : null;
if (problem) {
  process.stderr.write(`${problem}\n`);
  process.exit(2);
}

for (const [path, text] of files) writeFileSync(join(ROOT, path), text);
for (const path of indexes) appendFileSync(join(ROOT, path), indexLine(id, stores));
const sources = [...files.keys(), ...indexes].filter((path) => path.endsWith(".ts"));
execFileSync("npx", ["biome", "check", "--write", ...sources], {
  cwd: ROOT,
  stdio: "ignore",
  shell: process.platform === "win32",
});
process.stdout.write(`${[...files.keys(), ...indexes.map((path) => `${path} (one line)`)].join("\n")}

Fill in every TODO. These tell what is left:
  npm run docs
  npm run format
  npx vitest run --project unit test/consistency.test.ts test/rules test/repair/repair.test.ts -t ${id}
  npm run check
`);
