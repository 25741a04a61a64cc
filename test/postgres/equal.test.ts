import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CORPUS, hasCorpus, scratch } from "../support/fixtures.js";
import { embeddedServer, START } from "../support/pglite.js";
import type { TestServer } from "../support/postgres.js";
import { damagedFiles, expectEqual } from "../support/postgres-equal.js";

const dir = scratch();
let server: TestServer;
beforeAll(async () => {
  server = await embeddedServer();
}, START);
afterAll(async () => {
  await server.stop();
  dir.remove();
});

/** One fixture for each kind of change; test/faults/postgres.faults.ts compares all of them, on a faster server. */
const SOME = [
  "duplicate-tool-call-id",
  "leading-assistant",
  "lone-surrogate",
  "missing-tool-result",
  "misplaced-tool-result",
  "orphan-row",
  "orphan-tool-result",
];
const damaged = damagedFiles(dir.folder).filter(({ name }) =>
  SOME.some((rule) => name === `${rule}.instatic`),
);
const folder = join(CORPUS, "instatic");
const corpus = readdirSync(hasCorpus ? folder : dir.folder)
  .filter(() => hasCorpus)
  .map((name) => ({ name, path: join(folder, name) }));

test.each([...damaged, ...corpus])("$name: findings, repair and undo are those of the SQLite file", (file) =>
  expectEqual(server, file, dir.folder),
);

test("each kind of change has its fixture", () => {
  expect(damaged.length).toBe(SOME.length);
});

test.runIf(!hasCorpus)("the corpus is missing: its files are not compared", () => {
  expect(corpus).toEqual([]);
});
