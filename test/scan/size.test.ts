import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { openForWriting } from "../../src/files/sqlite.js";
import { scan } from "../../src/index.js";
import { first, present } from "../../src/model/present.js";
import { loadReporter } from "../../src/reporters/index.js";
import { damagedCopy, scratch } from "../support/fixtures.js";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const TEXT = "prt_1fcce0ef40017iOik4S2cPcoaD";
const dir = scratch();
afterAll(dir.remove);

async function sizeOf(path: string) {
  const report = await scan(path, { now: NOW, size: true });
  return { report, size: present(first(report.inputs).size) };
}

test.each(["opencode", "instatic"] as const)("%s: every page is accounted for", async (store) => {
  const path = dir.path(`${store}.db`);
  damagedCopy(path, store, "select 1");
  const { size } = await sizeOf(path);
  const told = size.tables.reduce((sum, { bytes, indexes }) => sum + bytes + indexes, 0);
  expect(told + size.freePages * size.pageSize).toBe(size.file);
  expect(size.largestRows.length).toBeGreaterThan(0);
  expect(size.largestSessions[0]?.bytes).toBeGreaterThan(first(size.largestRows).bytes);
  expect(size.events !== undefined).toBe(store === "opencode");
  expect(size.reclaimable).toEqual([]);
});

test("free pages, the event log and the largest row are told, by names, ids and bytes alone", async () => {
  const path = dir.path("large.db");
  damagedCopy(
    path,
    "opencode",
    `update part set data = json_set(data, '$.text', printf('%.*c', 90000, 'S') || 'ecret') where id = '${TEXT}';
     insert into event_sequence (aggregate_id, seq) values ('ses_x', 1);
     insert into event (id, aggregate_id, seq, type, data) values ('evt_1', 'ses_x', 1, 'x', printf('%.*c', 50000, 'Q'));
     create table junk (x); insert into junk values (zeroblob(200000)); drop table junk`,
  );
  const before = readFileSync(path);
  const { report, size } = await sizeOf(path);
  expect(size.largestRows[0]).toMatchObject({ table: "part", id: TEXT });
  expect(size.largestRows[0]?.bytes).toBeGreaterThan(90_000);
  expect(size.freePages).toBeGreaterThan(40);
  expect(size.events?.share).toBeGreaterThan(0.05);
  expect(size.reclaimable.map(({ what, safe }) => [what, safe])).toEqual([
    ["free-pages", true],
    ["events", false],
  ]);
  const options = { width: 80, color: false, now: NOW, show: "warning" } as const;
  for (const format of ["table", "json"]) {
    const text = [...(await loadReporter(format))(report, options)].join("");
    expect(text).toContain(TEXT);
    expect(text).not.toMatch(/SSSS|QQQQ/);
    if (format === "table")
      for (const line of text.split("\n").filter((one) => !one.includes(path)))
        expect(line.length, line).toBeLessThanOrEqual(80);
  }
  expect(readFileSync(path).equals(before)).toBe(true);
  expect(readdirSync(dir.folder).filter((name) => name.startsWith("large.db"))).toEqual(["large.db"]);
});

test("the -wal of a database in use is counted", async () => {
  const path = dir.path("used.db");
  damagedCopy(path, "opencode", "pragma journal_mode = wal");
  const holder = openForWriting(path);
  holder.exec("update session set title = 'x'");
  const { size } = await sizeOf(path);
  holder.close();
  expect(size.wal).toBeGreaterThan(4096);
  expect(size.reclaimable).toMatchObject([{ what: "wal", bytes: size.wal, safe: true }]);
});

test("beside opencode 2's tables the event log is not to be touched", async () => {
  const path = dir.path("mixed.db");
  damagedCopy(
    path,
    "opencode",
    `create table session_v2 (id text primary key); create table kv (key text, value text);
     insert into event_sequence (aggregate_id, seq) values ('ses_x', 1);
     insert into event (id, aggregate_id, seq, type, data) values ('evt_1', 'ses_x', 1, 'x', printf('%.*c', 50000, 'Q'))`,
  );
  const { size } = await sizeOf(path);
  expect(size.reclaimable).toMatchObject([{ what: "events", safe: false, how: /opencode 2/ }]);
});

test("a damaged page ends the count, not the scan", async () => {
  const path = dir.path("damaged.db");
  damagedCopy(path, "opencode", "select 1");
  const db = openForWriting(path);
  const root = db.prepare("select rootpage from sqlite_schema where name = 'part'").pluck().get() as number;
  db.close();
  const bytes = readFileSync(path);
  bytes.fill(0x7f, (root - 1) * 4096, root * 4096);
  writeFileSync(path, bytes);
  const report = await scan(path, { now: NOW, size: true });
  expect(report.inputs[0]?.size).toBeUndefined();
  expect(report.inputs[0]).toMatchObject({
    status: "partial",
    notes: ["its pages are damaged and could not be counted"],
  });
});

test("without --size no page is counted", async () => {
  const path = dir.path("plain.db");
  damagedCopy(path, "opencode", "select 1");
  expect((await scan(path, { now: NOW })).inputs[0]).not.toHaveProperty("size");
});
