import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { describeRules, RULEBOOK, ruleById } from "../src/judge/rulebook.js";
import { KNOWN_ERRORS as PROVIDER_ERRORS } from "../src/providers/errors.js";
import { PROVIDERS } from "../src/providers/providers.js";
import { rulesMarkdown } from "../src/reporters/rules-table.js";
import { STORES } from "../src/stores/index.js";
import { FIXTURES, sqlFixtures } from "./support/fixtures.js";

const HOSTS = STORES.flatMap(({ hosts }) => hosts);
const HOST_EFFECTS = HOSTS.flatMap(({ effects }) => effects);
const KNOWN_ERRORS = [...PROVIDER_ERRORS, ...STORES.flatMap(({ errors }) => errors ?? [])];
const RULES = RULEBOOK.map(({ rule }) => rule);

const CONTRACT =
  `missing-tool-result orphan-tool-result misplaced-tool-result duplicate-tool-result duplicate-tool-call-id
invalid-tool-call-id invalid-tool-name invalid-tool-input missing-tool-calls missing-step-boundary content-after-tool-call
assistant-prefill leading-assistant role-order dangling-thinking invalid-thinking blank-text empty-message lone-surrogate
unsendable-media duplicate-user-message orphan-interrupted-tool stuck-tool dropped-tool-error incomplete-message
unanswered-compaction dangling-compaction-tail dangling-revert future-timestamp id-order malformed-json invalid-message
invalid-part stored-format unlistable-session orphan-row mismatched-session mismatched-column dangling-parent missing-project
missing-directory integrity unknown-block recorded-rejection`.split(/\s+/);

const RULE_FOLDERS = ["rules", ...STORES.map(({ id }) => `stores/${id}/rules`)]
  .map((folder) => join(FIXTURES, "../src", folder))
  .filter(existsSync);

/** The rules for which a store of lines has a fixture. */
const WITH_LINES = new Set(
  readdirSync(join(FIXTURES, "lines"))
    .flatMap((store) => readdirSync(join(FIXTURES, "lines", store)))
    .map((name) => name.split(".")[0]),
);

/** Rules whose damage is no state of the rows: a missing folder, a broken page, a request. They have tests of their own. */
const WITHOUT_SQL: Record<string, string> = {
  "missing-directory": "test/scan/discover.test.ts",
  integrity: "test/scan/bad-input.test.ts",
  "missing-tool-calls": "test/requests.test.ts",
  "missing-thinking": "test/requests.test.ts",
  "trailing-space": "test/everyday-requests.test.ts",
  "misplaced-tool-call": "test/mend-messages.test.ts",
  "index-mismatch": "test/stores/codex-databases.test.ts",
};

test("explain knows every text of a provider or host that the tool tells", () => {
  const told = [
    ...PROVIDERS.flatMap(({ errors }) => Object.values(errors)),
    ...HOST_EFFECTS.flatMap(({ error }) => error ?? []),
  ];
  const filled = told.map((text) => text.replace("{n}", "3").replace("{id}", "call_1"));
  const unknown = filled.filter((text) => !KNOWN_ERRORS.some(({ pattern }) => pattern.test(text)));
  expect([...new Set(unknown)]).toEqual([]);
});

test("every rule of the contract exists, and the index is in order", () => {
  const ids = RULES.map((rule) => rule.id);
  expect(CONTRACT.filter((id) => !ids.includes(id))).toEqual([]);
  expect(ids).toEqual([...ids].sort());
});

describe.each(RULES.map((rule) => [rule.id, rule] as const))("%s", (id, rule) => {
  test("stands in a file of its name", () => {
    const sources = RULE_FOLDERS.map((folder) => join(folder, `${id}.ts`)).filter(existsSync);
    expect(sources.length).toBeGreaterThan(0);
    const texts = sources.map((path) => readFileSync(path, "utf8"));
    expect(texts.some((text) => text.includes(`id: "${id}"`))).toBe(true);
    for (const text of texts) expect(text.split("\n").length).toBeLessThan(120);
  });

  test("is explained in whole sentences", () => {
    for (const text of Object.values(rule.explanation)) expect(text).toMatch(/^[A-Z"].{5,}[.]$/s);
    expect(rule.title.length).toBeLessThan(60);
    if (rule.safety !== "none") expect(rule.action).toBeTruthy();
    if (rule.mend) expect(rule.stage).toBeTruthy();
  });

  test("has a fixture or a test for each store that it reads", () => {
    const elsewhere = WITHOUT_SQL[id];
    if (elsewhere) {
      expect(readFileSync(join(FIXTURES, "..", elsewhere), "utf8")).toContain(id);
      return;
    }
    expect(WITH_LINES.has(id) || sqlFixtures().some((fixture) => fixture.rule === id)).toBe(true);
  });

  test("only speaks of rules that exist", () => {
    for (const other of rule.explains ?? []) expect(ruleById(other), other).toBeDefined();
  });
});

test("the tables only name rules that exist", () => {
  const named = [
    ...HOST_EFFECTS.map((effect) => effect.rule),
    ...HOSTS.flatMap(({ stops }) => Object.keys(stops)),
    ...KNOWN_ERRORS.flatMap((error) => error.rules),
    ...PROVIDERS.flatMap((provider) => Object.keys(provider.errors)).filter(
      (id) => !/^(empty-text$|empty-error$|image-|shape-)/.test(id),
    ),
  ];
  expect(named.filter((id) => !ruleById(id))).toEqual([]);
});

test("an error text that a provider is said to give leads back to its rule", () => {
  for (const provider of PROVIDERS.filter((one) => one.major))
    for (const [rule, text] of Object.entries(provider.errors)) {
      const said = text.replace("{n}", "3").replace("{id}", "call_1");
      const known = KNOWN_ERRORS.find(({ pattern }) => pattern.test(said));
      expect(known, `${provider.id} ${rule}: ${text}`).toBeDefined();
    }
});

test("no rule file is left out of the index", () => {
  const files = RULE_FOLDERS.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => readFileSync(join(folder, name), "utf8").includes("= defineRule"))
      .map((name) => name.replace(/\.ts$/, "")),
  );
  expect(files.filter((name) => !ruleById(name))).toEqual([]);
});

test("the README's rule table is the rules' own", () => {
  const readme = readFileSync(join(FIXTURES, "../README.md"), "utf8");
  const table = /<!-- rules: doctor rules --format markdown -->\n([\s\S]*?)\n<!-- end of rules -->/.exec(
    readme,
  )?.[1];
  expect(table).toBe(rulesMarkdown(describeRules()));
});
