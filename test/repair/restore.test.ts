import { mkdirSync, readdirSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { openForWriting } from "../../src/files/sqlite.js";
import { applyPlan } from "../../src/repair/apply.js";
import { prepareRepair } from "../../src/repair/prepare.js";
import { newestBackup, restoreBackup } from "../../src/repair/restore.js";
import { beside, stateOf } from "../support/faults.js";
import { damagedCopy, runSql, scratch } from "../support/fixtures.js";

const dir = scratch();
afterAll(dir.remove);

const DAMAGE =
  "update part set data = json_remove(data, '$.tokens') where rowid = (select rowid from part where data ->> '$.type' = 'step-finish' limit 1)";

async function repair(path: string, backupTo?: string) {
  const { plan } = await prepareRepair(path, {}, {});
  return applyPlan(path, plan, { backup: true, ...(backupTo && { backupTo }) });
}

async function repaired(name: string, { store = "opencode" as const, backupTo = "" } = {}) {
  const path = dir.path(name);
  damagedCopy(path, store, DAMAGE);
  const before = stateOf(path);
  const { backup, journal } = await repair(path, backupTo && dir.path(backupTo));
  return { path, before, backup: String(backup), journal: String(journal) };
}

describe("a restore is refused, and changes nothing, where it would take back", () => {
  test.each([
    [
      "a new row of a conversation",
      "insert into message select 'msg_new', session_id, 9e12, 9e12, data from message limit 1",
      "message 1",
    ],
    [
      "a changed row that no time tells of",
      "update message set data = json_set(data, '$.agent', 'x') where rowid = 2",
      "message 1",
    ],
    ["a changed title", "update session set title = 'renamed'", "session 1"],
    [
      "a credential that was renewed",
      "insert into account values ('a', 'e', 'u', 'new', 'new', 1, 1, 1)",
      "account 1",
    ],
    [
      "a row of a table without rowids",
      "create table w(a primary key, b) without rowid; insert into w values (1, 2)",
      "w 1",
    ],
    ["an index", "create index extra on part (time_created)", "sqlite_schema 1"],
    ["the type of a value", "update part set data = cast(data as blob) where rowid = 1", "part 1"],
    [
      "what the repair wrote, changed again",
      "update part set data = json_set(data, '$.tokens.input', 5) where data ->> '$.type' = 'step-finish'",
      "part",
    ],
  ])("%s", async (name, sql, told) => {
    const { path, backup } = await repaired(`${name.replaceAll(" ", "-")}.db`);
    runSql(path, sql);
    const now = stateOf(path);
    await expect(restoreBackup(path, backup, false)).rejects.toMatchObject({
      code: "CHANGED",
      message: expect.stringContaining(told),
    });
    expect(stateOf(path)).toBe(now);
    expect(beside(path).filter((file) => file.includes("before-restore"))).toEqual([]);
    const { kept } = await restoreBackup(path, backup, true);
    expect(stateOf(String(kept))).toBe(now);
  });

  test("content of a page, in an Instatic database", async () => {
    const path = dir.path("pages.db");
    damagedCopy(
      path,
      "instatic",
      `create table pages (id integer primary key, content text); insert into pages values (1, 'as it was');
       delete from ai_messages where rowid = (select rowid from ai_messages where role = 'tool' limit 1)`,
    );
    const { backup } = await repair(path);
    runSql(path, "update pages set content = 'written after'");
    await expect(restoreBackup(path, String(backup), false)).rejects.toThrow(/pages 1/);
  });

  test.each(["own.bak", "own.db.backup-99990101T000000Z-1"])(
    "whatever the backup is called: %s",
    async (name) => {
      const { path, backup } = await repaired(`named-${name}.db`, { backupTo: name });
      expect(basename(backup)).toBe(name);
      runSql(path, "update message set time_updated = time_updated + 1 where rowid = 1");
      await expect(restoreBackup(path, backup, false)).rejects.toMatchObject({ code: "CHANGED" });
      rmSync(backup);
    },
  );
});

describe("a restore needs no force where only repairs wrote", () => {
  test("one repair", async () => {
    const { path, before, backup } = await repaired("one.db");
    await restoreBackup(path, backup, false);
    expect(stateOf(path)).toBe(before);
  });

  test("two repairs, back to before the first", async () => {
    const path = dir.path("two.db");
    damagedCopy(
      path,
      "opencode",
      `${DAMAGE}; pragma foreign_keys = off; insert into part select 'prt_orphan', 'msg_gone', session_id, 1, 1, data from part limit 1`,
    );
    const before = stateOf(path);
    const backups: string[] = [];
    for (const rule of ["orphan-row", "invalid-part"]) {
      const { plan } = await prepareRepair(path, {}, { rules: [rule] });
      const { backup, rows } = await applyPlan(path, plan, {
        backup: true,
        backupTo: dir.path(`two-${rule}.bak`),
      });
      expect(rows).toBe(1);
      backups.push(String(backup));
    }
    await restoreBackup(path, String(backups[0]), false);
    expect(stateOf(path)).toBe(before);
  });

  test("without a journal nothing tells who wrote", async () => {
    // In a folder of its own: the journals of copies tell of the same rows.
    mkdirSync(dir.path("alone"));
    const { path, backup, journal } = await repaired("alone/untold.db");
    rmSync(journal);
    await expect(restoreBackup(path, backup, false)).rejects.toMatchObject({ code: "CHANGED" });
  });
});

describe("the newest backup", () => {
  test("is known by what its journal tells, not by its name", async () => {
    const { path, backup } = await repaired("newest.db");
    const old = `${path}.backup-99990101T000000Z-1`;
    renameSync(backup, old);
    runSql(path, DAMAGE.replace("limit 1", "limit 1 offset 1"));
    const second = await repair(path);
    // A file that is copied about gets the time of the copy.
    utimesSync(old, new Date(9e12), new Date(9e12));
    expect(newestBackup(path)).toBe(second.backup);
  });

  test("is none of what killed runs leave, and the next run takes that away", async () => {
    const { path, backup } = await repaired("leftovers.db");
    const stamp = `${path}.backup-20271231T000000Z-4194304`;
    for (const end of [
      ".partial",
      ".partial-journal",
      ".partial-4194304",
      ".partial-4194304-wal",
      "-wal",
      "-shm",
    ])
      writeFileSync(stamp + end, "x");
    writeFileSync(`${path}.undo-20271231T000000Z-4194304.jsonl.partial-4194304`, "x");
    const ofOther = `${path}.backup-20271231T000000Z-${process.ppid}.partial-${process.ppid}`;
    writeFileSync(ofOther, "x");
    writeFileSync(`${backup}-wal`, "");
    expect(newestBackup(path)).toBe(backup);
    await restoreBackup(path, backup, false);
    const left = beside(path).filter((name) => /partial|20271231|-wal$/.test(name));
    expect(left.sort()).toEqual([basename(ofOther), basename(`${backup}-wal`)].sort());
  });

  test("is no file that is no database", async () => {
    const { path, backup } = await repaired("odd.db");
    writeFileSync(`${path}.backup-notes.txt`, "mine");
    expect(newestBackup(path)).toBe(backup);
  });
});

test("an interrupted restore changes nothing and leaves nothing", async () => {
  const { path, backup } = await repaired("interrupted.db");
  const now = stateOf(path);
  const before = readdirSync(dir.folder).sort();
  await expect(restoreBackup(path, backup, false, () => true)).rejects.toMatchObject({ code: "INTERRUPTED" });
  expect(stateOf(path)).toBe(now);
  expect(readdirSync(dir.folder).sort()).toEqual(before);
});

test("a database that another process reads in WAL mode goes on being read", async () => {
  const { path, before, backup } = await repaired("read.db");
  const reader = openForWriting(path);
  reader.exec("begin");
  reader.prepare("select count(*) from part").get();
  await restoreBackup(path, backup, true);
  reader.exec("commit");
  reader.close();
  expect(stateOf(path)).toBe(before);
});
