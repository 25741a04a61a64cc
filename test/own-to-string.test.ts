import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { openForWriting } from "../src/files/sqlite.js";
import { scan } from "../src/index.js";
import { wordOf } from "../src/model/text.js";
import { FIXTURES, openedCopy, scratch } from "./support/fixtures.js";
import { healthyLines, placeLines } from "./support/lines.js";

const dir = scratch();
afterAll(dir.remove);

/** `String` of it throws. */
const ODD = { toString: "x" };

/** The value once for each of its keys, with the odd object under all places of that key. */
function* oddly(value: unknown): Generator<unknown> {
  const keys = new Set<string>();
  JSON.stringify(value, (key, inner) => {
    keys.add(key);
    return inner;
  });
  for (const key of keys)
    if (key !== "" && !/^\d+$/.test(key))
      yield JSON.parse(JSON.stringify(value), (own, inner) => (own === key ? ODD : inner));
}

async function expectTold(path: string): Promise<void> {
  const { inputs } = await scan(path, { now: 0 });
  expect(inputs.filter(({ error }) => error?.code === "INTERNAL")).toEqual([]);
}

test.each(readdirSync(join(FIXTURES, "json")))(
  "%s: an object that has a toString of its own",
  async (name) => {
    const path = dir.path(name);
    for (const value of oddly(JSON.parse(readFileSync(join(FIXTURES, "json", name), "utf8")))) {
      writeFileSync(path, JSON.stringify(value));
      await expectTold(path);
    }
  },
);

test.each(["claude", "codex", "gemini", "pi"])("%s: the same in every line", async (store) => {
  const lines = healthyLines(store).toString("utf8").trimEnd().split("\n");
  for (const value of oddly(lines.map((line) => JSON.parse(line)))) {
    const list = Array.isArray(value) ? value : [];
    await expectTold(placeLines(dir.folder, store, list.map((line) => `${JSON.stringify(line)}\n`).join("")));
  }
});

test.each([
  ["opencode", "part", "data"],
  ["opencode", "message", "data"],
  ["instatic", "ai_messages", "content_json"],
] as const)("%s: the same in each %s", async (store, table, column) => {
  const path = dir.path(`${store}-${table}.db`);
  const healthy = openedCopy(path, store);
  const rows = healthy.prepare(`select rowid, ${column} as json from ${table}`).all() as {
    rowid: number;
    json: string;
  }[];
  healthy.close();
  for (const value of oddly(rows.map(({ json }) => JSON.parse(json)))) {
    const db = openForWriting(path);
    const update = db.prepare(`update ${table} set ${column} = ? where rowid = ?`);
    for (const [at, { rowid }] of rows.entries())
      update.run(JSON.stringify(Array.isArray(value) ? value[at] : null), rowid);
    db.pragma("wal_checkpoint(truncate)");
    db.close();
    await expectTold(path);
  }
});

test.each([
  [ODD, "[object Object]"],
  [["a", ODD, null], "a,,null"],
  [null, "null"],
  [7, "7"],
])("the word of %j is %s", (value, word) => expect(wordOf(value)).toBe(word));
