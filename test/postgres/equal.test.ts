import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { scan } from "../../src/index.js";
import { CORPUS, damagedCopy, hasCorpus, scratch, sqlFixtures } from "../support/fixtures.js";
import { type EmbeddedServer, embeddedServer, START } from "../support/pglite.js";
import { loadFrom } from "../support/postgres.js";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const dir = scratch();
let server: EmbeddedServer;
beforeAll(async () => {
  server = await embeddedServer();
}, START);
afterAll(async () => {
  await server.stop();
  dir.remove();
});

const damaged = sqlFixtures()
  .filter(({ store }) => store === "instatic")
  .map((fixture) => {
    const path = dir.path(`${fixture.name}.db`);
    damagedCopy(path, "instatic", fixture.sql);
    return { name: fixture.name, path };
  });
const folder = join(CORPUS, "instatic");
const corpus = hasCorpus ? readdirSync(folder).map((name) => ({ name, path: join(folder, name) })) : [];

describe.each([...damaged, ...corpus])("$name on PostgreSQL", ({ path }) => {
  test("has the findings of the SQLite file", async () => {
    await loadFrom(path, server);
    const there = await scan(path, { now: NOW });
    const here = await scan(server.url, { now: NOW });
    const [{ notes, ...input }, ...others] = here.inputs;
    const isOld = input.hostVersion === "0.0.6";
    expect(notes ?? []).toEqual(isOld ? [expect.stringContaining("update Instatic")] : []);
    const same = JSON.stringify({ ...here, inputs: [input, ...others] }).replaceAll(server.name, path);
    expect(JSON.parse(same)).toEqual(there);
  });
});

test.runIf(!hasCorpus)("the corpus is missing: its files are not compared", () => {
  expect(corpus).toEqual([]);
});
