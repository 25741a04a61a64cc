import { chmodSync, chownSync, copyFileSync, statSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { applyPlan } from "../../src/repair/apply.js";
import { prepareRepair } from "../../src/repair/prepare.js";
import { restoreBackup } from "../../src/repair/restore.js";
import { beside, doctor } from "../support/faults.js";
import { damagedCopy, FIXTURES, scratch } from "../support/fixtures.js";

const dir = scratch();
afterAll(dir.remove);

const isRoot = process.getuid?.() === 0;
const USER = 12345;

function ownership(path: string): string {
  const { uid, gid, mode } = statSync(path);
  return `${uid}:${gid} ${(mode & 0o777).toString(8)}`;
}

describe.skipIf(!isRoot)(
  "files that root makes for a user (skipped where the tests do not run as root)",
  () => {
    test("backup, journal and kept copy belong to the owner of the database, who alone reads them", async () => {
      const path = dir.path("theirs.db");
      damagedCopy(path, "opencode", "update part set data = json_remove(data, '$.tokens')");
      chownSync(path, USER, USER);
      const { plan } = await prepareRepair(path, {}, {});
      const { backup } = await applyPlan(path, plan, { backup: true });
      await restoreBackup(path, String(backup), false);
      const made = beside(path);
      expect(made).toHaveLength(3);
      for (const name of made)
        expect([name, ownership(dir.path(name))]).toEqual([name, `${USER}:${USER} 600`]);
      expect(statSync(path).uid).toBe(USER);
    });

    test("a JSON file that is mended keeps its owner and its mode, and its backup belongs to the owner", () => {
      const file = dir.path("theirs.json");
      copyFileSync(`${FIXTURES}/json/broken-orphan-result.json`, file);
      chmodSync(file, 0o640);
      chownSync(file, USER, USER);
      expect(doctor("repair", file, "--backup", "--quiet").status).toBe(0);
      expect(ownership(file)).toBe(`${USER}:${USER} 640`);
      const [backup] = beside(file);
      expect(ownership(dir.path(String(backup)))).toBe(`${USER}:${USER} 600`);
    });
  },
);

test("new files are their owner's alone", () => {
  const database = dir.path("mine.db");
  copyFileSync(`${FIXTURES}/opencode.db`, database);
  const exported = dir.path("export.json");
  expect(doctor("export", database, "--output", exported).status).toBe(0);
  expect(statSync(exported).mode & 0o777).toBe(0o600);
  const mended = dir.path("mended.json");
  expect(
    doctor("repair", `${FIXTURES}/json/broken-orphan-result.json`, "--output", mended, "--quiet").status,
  ).toBe(0);
  expect(statSync(mended).mode & 0o777).toBe(0o600);
});
