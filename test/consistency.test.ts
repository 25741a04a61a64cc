import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { RULEBOOK, ruleById, ruleEntry } from "../src/judge/rulebook.js";
import { KNOWN_ERRORS as PROVIDER_ERRORS } from "../src/providers/errors.js";
import { PROVIDERS } from "../src/providers/providers.js";
import { STORES } from "../src/stores/index.js";
import { FIXTURES } from "./support/fixtures.js";

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

const FIXTURE_NAMES = readdirSync(join(FIXTURES, "rules"));

const RULE_FOLDERS = ["rules", ...STORES.map(({ id }) => `stores/${id}/rules`)]
  .map((folder) => join(FIXTURES, "../src", folder))
  .filter(existsSync);

/** Rules and stores without a fixture: the test that covers them. */
const WITHOUT_FIXTURE: Readonly<Record<string, string>> = {
  // A directory of this machine is gone, or a page of the file is broken: no SQL makes that.
  "missing-directory opencode": "test/scan/discover.test.ts",
  "integrity opencode": "test/scan/bad-input.test.ts",
  "integrity instatic": "test/scan/bad-input.test.ts",
  // The damage is a file beside the database.
  "index-mismatch codex-state": "test/stores/codex-databases.test.ts",
  "index-mismatch codex-history": "test/stores/codex-databases.test.ts",
  // The damage is in the recording around the request.
  "recorded-rejection request": "test/files/recorded-answers.test.ts",
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

  test("has a fixture for each store that lists it", () => {
    const stores = ruleEntry(id)?.stores.map(({ store }) => store.id) ?? [];
    for (const store of stores) {
      const elsewhere = WITHOUT_FIXTURE[`${id} ${store}`];
      const isFixture = FIXTURE_NAMES.some((name) => name.startsWith(`${id}.${store}.`));
      expect(isFixture, `fixtures/rules/${id}.${store}`).toBe(elsewhere === undefined);
      if (elsewhere) expect(readFileSync(join(FIXTURES, "..", elsewhere), "utf8")).toContain(`"${id}"`);
    }
  });

  test("leaves nothing to fill in", () => {
    const texts = [rule.title, rule.harm, rule.action, ...Object.values(rule.explanation)];
    expect(texts.filter((text) => text?.includes("TODO"))).toEqual([]);
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
  ];
  expect(named.filter((id) => !ruleById(id))).toEqual([]);
  const texts = PROVIDERS.flatMap((provider) => Object.keys(provider.errors));
  const known = RULES.flatMap(({ id, texts = [] }) => [id, ...texts]);
  expect(texts.filter((key) => !known.includes(key))).toEqual([]);
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

test("every fixture is of a rule and a store that lists it", () => {
  const stray = FIXTURE_NAMES.filter((name) => {
    const [id = "", store] = name.split(".");
    return !ruleEntry(id)?.stores.some((one) => one.store.id === store);
  });
  expect(stray).toEqual([]);
});
