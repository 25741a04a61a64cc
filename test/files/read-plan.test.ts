import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { openForWriting } from "../../src/files/sqlite.js";
import { scan } from "../../src/index.js";
import { applyPlan } from "../../src/repair/apply.js";
import { rollBackUnfinished } from "../../src/repair/guard.js";
import { prepareRepair } from "../../src/repair/prepare.js";
import { beside } from "../support/faults.js";
import { damagedCopy, openedCopy, scratch } from "../support/fixtures.js";

const dir = scratch();
afterAll(dir.remove);
const { TMPDIR } = process.env;
afterEach(() => {
  if (TMPDIR === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = TMPDIR;
});

test("a -wal that was left beside a database in another mode is read, or passed over, without a trace", async () => {
  const path = dir.path("left.db");
  damagedCopy(path, "opencode", "pragma journal_mode = delete");
  writeFileSync(`${path}-wal`, "no frames ".repeat(500));
  const bytes = readFileSync(path);
  expect((await scan(path)).inputs[0]?.status).toBe("ok");
  expect(beside(path)).toEqual(["left.db-wal"]);
  expect(readFileSync(path).equals(bytes)).toBe(true);
});

test.each([
  [1, 2],
  [0, 2],
  [2, 1],
])(
  "a header with version %i for writing and %i for reading: a scan leaves no file behind",
  async (write, read) => {
    const path = dir.path(`versions-${write}-${read}.db`);
    damagedCopy(path, "opencode", "pragma journal_mode = delete");
    const bytes = readFileSync(path);
    bytes[18] = write;
    bytes[19] = read;
    writeFileSync(path, bytes);
    await scan(path);
    expect(beside(path)).toEqual([]);
    expect(readFileSync(path).equals(bytes)).toBe(true);
  },
);

describe.each(["delete", "truncate", "persist"])("a database in %s mode", (mode) => {
  /** A database with a transaction that has begun to write, and that the page cache has let go of. */
  function atWork(path: string) {
    const db = openedCopy(path, "opencode");
    db.pragma(`journal_mode = ${mode}`);
    db.exec("begin immediate");
    db.exec("update session set title = title || '.'");
    return db;
  }

  test("with a writer at work is read: its journal is not one that waits for a rollback", async () => {
    const path = dir.path(`${mode}-work.db`);
    const writer = atWork(path);
    expect(beside(path)).toContain(`${mode}-work.db-journal`);
    expect((await scan(path)).inputs[0]).toMatchObject({ status: "ok" });
    writer.exec("rollback");
    writer.close();
  });

  test("whose writer was cut off waits for a rollback, which only a repair does", async () => {
    const path = dir.path(`${mode}-cut.db`);
    const writer = openedCopy(path, "opencode");
    writer.pragma(`journal_mode = ${mode}`);
    writer.pragma("cache_size = 1");
    writer.exec("begin immediate; update part set data = data || ' '");
    const cut = dir.path(`${mode}-copy.db`);
    for (const end of ["", "-journal"]) copyFileSync(path + end, cut + end);
    writer.exec("rollback");
    writer.close();
    expect((await scan(cut)).inputs[0]).toMatchObject({
      status: "unreadable",
      error: { code: "HOT_JOURNAL" },
    });
    expect(beside(cut)).toEqual([`${mode}-copy.db-journal`]);
    expect(rollBackUnfinished(cut, false)).toBe(true);
    expect((await scan(cut)).inputs[0]).toMatchObject({ status: "ok" });
    expect(rollBackUnfinished(cut, false)).toBe(false);
  });
});

/** A database with a -wal and without a -shm: it is read from a private copy. */
function withWal(name: string): string {
  const path = dir.path(name);
  const db = openedCopy(dir.path(`${name}.source`), "opencode");
  db.pragma("journal_mode = wal");
  db.exec("update session set title = 'x'; update part set data = json_remove(data, '$.tokens')");
  for (const end of ["", "-wal"]) copyFileSync(dir.path(`${name}.source${end}`), path + end);
  db.close();
  return path;
}

test("planning a repair leaves the -wal as it is", async () => {
  const path = withWal("planned.db");
  copyFileSync(`${path}-wal`, dir.path("kept-wal"));
  const opened = openForWriting(path);
  opened.pragma("wal_autocheckpoint = 0");
  opened.exec("update session set title = 'y'");
  const before = readFileSync(`${path}-wal`);
  const { plan } = await prepareRepair(path, {}, {});
  expect(plan.sessions.length).toBeGreaterThan(0);
  expect(readFileSync(`${path}-wal`).equals(before)).toBe(true);
  opened.close();
});

test("a temporary folder that cannot be used is named, not the database", async () => {
  const path = withWal("elsewhere.db");
  process.env.TMPDIR = dir.path("nowhere");
  const [input] = (await scan(path)).inputs;
  expect(input?.error?.message).toMatch(/nowhere: cannot take the private copy.*set TMPDIR/);
  expect(input?.error?.code).toBe("NO_SPACE");
});

test("a private copy goes when it was read", async () => {
  const path = withWal("copied.db");
  process.env.TMPDIR = dir.path("temporary");
  mkdirSync(dir.path("temporary"));
  expect((await scan(path)).inputs[0]?.status).toBe("ok");
  expect(readdirSync(dir.path("temporary"))).toEqual([]);
});

test("values that break a rule of their table are not damaged pages", async () => {
  const path = dir.path("checked.db");
  damagedCopy(
    path,
    "opencode",
    `update part set data = json_remove(data, '$.tokens');
     alter table part add column z integer check (z > 0);
     pragma ignore_check_constraints = on; update part set z = -1 where rowid = 3`,
  );
  const { plan } = await prepareRepair(path, {}, {});
  expect((await applyPlan(path, plan, { backup: false })).rows).toBeGreaterThan(0);
});
