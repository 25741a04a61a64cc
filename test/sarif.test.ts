import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { afterAll, expect, test } from "vitest";
import { scan } from "../src/index.js";
import { present } from "../src/model/present.js";
import { sarif } from "../src/reporters/sarif.js";
import { damagedCopy, FIXTURES, scratch, sqlFixtures } from "./support/fixtures.js";
/** The official schema as `@microsoft/jest-sarif` 1.0.0-beta.0 (MIT) ships it. */
import official from "./support/sarif-2.1.0-rtm.5.schema.json" with { type: "json" };

const NOW = Date.parse("2026-11-21T12:00:00Z");
const dir = scratch();
afterAll(dir.remove);

/** Written for draft-04: of what it uses, only these two keywords differ in the draft that ajv reads. */
const { id: _, $schema: __, ...schema } = official;
/** One of its patterns is no Unicode regular expression. */
const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
addFormats.default(ajv);
const validate = ajv.compile(schema);

async function sarifOf(paths: string[]) {
  const report = await scan(paths, { now: NOW });
  const options = { width: 80, color: false, now: NOW, show: "info" } as const;
  return JSON.parse([...sarif(report, options)].join(""));
}

function write(name: string, content: string): string {
  writeFileSync(dir.path(name), content);
  return dir.path(name);
}

const request = JSON.stringify({
  model: "claude",
  messages: [
    { role: "user", content: "x" },
    { role: "assistant", content: [{ type: "tool_use", id: "1", name: "f", input: {} }] },
  ],
});
const exported = JSON.stringify({
  info: { id: "ses_1", version: "1.18.34", time: { created: NOW, updated: NOW } },
  messages: [
    {
      info: { id: "msg_1", role: "user", time: { created: NOW } },
      parts: [{ id: "prt_1", type: "text" }],
    },
  ],
});

/** Ids and names with line breaks, escapes, half characters and what a URI must not hold. */
function hostile(): string {
  const path = dir.path("a b%#?[\u00e9]:\u202e.db");
  damagedCopy(
    path,
    "opencode",
    "pragma foreign_keys = off; update part set id = 'prt_1' || char(27) || '[31m' || char(13, 10) || '::error::x' || char(8238), data = '{' where id = 'prt_1fcce0ef40017iOik4S2cPcoaD'",
  );
  return path;
}

/** Name, files, and how many results and failed inputs there must be at least. */
const CASES: [string, () => string[], number, number][] = [
  ["a damaged database", () => [join(FIXTURES, "damaged.db")], 1, 0],
  [
    "every damage that the rules know",
    () =>
      sqlFixtures().map(({ name, store, sql }) => {
        damagedCopy(dir.path(`${name}.db`), store, sql);
        return dir.path(`${name}.db`);
      }),
    60,
    0,
  ],
  ["a request", () => [write("request.json", request)], 1, 0],
  ["an export", () => [write("export.json", exported)], 1, 0],
  ["inputs that fail", () => [dir.path("nowhere.db"), write("cut.json", '{"messages": [')], 0, 2],
  ["hostile names and ids", () => [hostile()], 1, 0],
  [
    "nothing damaged",
    () => {
      copyFileSync(join(FIXTURES, "opencode.db"), dir.path("healthy.db"));
      return [dir.path("healthy.db")];
    },
    0,
    0,
  ],
];

test.each(CASES)("SARIF holds to the official 2.1.0 schema: %s", async (_name, paths, results, failures) => {
  const log = await sarifOf(paths());
  validate(log);
  expect(validate.errors).toBeNull();
  const [run] = log.runs;
  expect(run.results.length).toBeGreaterThanOrEqual(results);
  expect(run.invocations[0].toolExecutionNotifications).toHaveLength(failures);
  expect(run.invocations[0].executionSuccessful).toBe(failures === 0);
});

test("the schema refuses what SARIF does not know", async () => {
  const log = await sarifOf([write("refused.json", request)]);
  log.runs[0].results[0].locations[0].physicalLocation.region.startLine = 0;
  log.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri = "a b";
  log.runs[0].results[0].level = "fatal";
  validate(log);
  expect(
    present(validate.errors)
      .map(({ keyword }) => keyword)
      .sort(),
  ).toEqual(["enum", "format", "minimum"]);
});
