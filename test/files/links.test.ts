import { copyFileSync, linkSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { planRead } from "../../src/files/sqlite.js";
import { scan } from "../../src/index.js";
import { applyPlan } from "../../src/repair/apply.js";
import { prepareRepair } from "../../src/repair/prepare.js";
import { newestBackup, restoreBackup } from "../../src/repair/restore.js";
import { doctor } from "../support/faults.js";
import { FIXTURES, openedCopy, scratch } from "../support/fixtures.js";

const dir = scratch();
afterAll(dir.remove);

/** A database whose damage is in its -wal only, and a link to it from another folder. */
const real = dir.path("real/a.db");
const link = dir.path("link.db");
beforeAll(() => {
  mkdirSync(dir.path("real"));
  const db = openedCopy(dir.path("source.db"), "opencode");
  db.pragma("journal_mode = wal");
  db.pragma("wal_autocheckpoint = 0");
  db.exec("update part set data = '{broken' where rowid = 5");
  for (const end of ["", "-wal"]) copyFileSync(dir.path(`source.db${end}`), real + end);
  db.close();
  symlinkSync(real, link);
});

test("through a link, the -wal of the file itself is read", async () => {
  const [direct, linked] = [await scan(real), await scan(link)];
  expect(direct.findings.map(({ rule }) => rule)).toContain("malformed-json");
  expect(linked.findings.map(({ fingerprint }) => fingerprint)).toEqual(
    direct.findings.map(({ fingerprint }) => fingerprint),
  );
  const plan = planRead(link);
  expect(plan.path).toBe(planRead(real).path);
  plan.dispose();
});

test("through a link, a repair puts its files beside the file itself, and a restore finds them there", async () => {
  const { plan } = await prepareRepair(link, {}, {});
  const { backup, journal } = await applyPlan(link, plan, { backup: true });
  expect(backup).toMatch(/real\/a\.db\.backup-/);
  expect(journal).toMatch(/real\/a\.db\.undo-/);
  expect(newestBackup(link)).toBe(backup);
  await restoreBackup(link, String(backup), false);
  expect((await scan(real)).findings.map(({ rule }) => rule)).toContain("malformed-json");
  expect(readdirSync(dir.folder).filter((name) => name.startsWith("link.db"))).toEqual(["link.db"]);
});

test("a JSON file with two names is not parted from the other one", () => {
  const file = dir.path("one.json");
  copyFileSync(`${FIXTURES}/json/broken-orphan-result.json`, file);
  linkSync(file, dir.path("two.json"));
  const { status, stderr } = doctor("repair", file, "--backup");
  expect(status).toBe(2);
  expect(stderr).toContain("hard links");
  writeFileSync(dir.path("new.json"), "");
  expect(doctor("repair", file, "--output", dir.path("new.json"), "--quiet").status).toBe(0);
});
