import { afterAll, expect, test } from "vitest";
import { openForWriting } from "../../src/files/sqlite.js";
import { findingsAfter } from "../../src/repair/after.js";
import { applyPlan } from "../../src/repair/apply.js";
import { prepareRepair } from "../../src/repair/prepare.js";
import { scan } from "../../src/scan/scan.js";
import { scratch } from "../support/fixtures.js";
// @ts-expect-error plain JavaScript, shared with the benchmark
import { generate } from "../support/generate.mjs";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const dir = scratch();
afterAll(dir.remove);

/** Six ordinary oddities; damage in half of the conversations. */
function damagedFile(name: string): string {
  const path = dir.path(name);
  generate(path, { sessions: 18, turns: 2, damaged: 30, damagedInEach: 3, ordinary: true, lean: true });
  return path;
}

async function repairFile(path: string, between: () => void = () => undefined) {
  const prepared = await prepareRepair(path, { now: NOW }, {});
  between();
  const applied = await applyPlan(path, prepared.plan, { backup: false, nothing: true });
  return { prepared, applied, known: findingsAfter(prepared, applied) };
}

test("the findings after a repair are those of another scan", async () => {
  const path = damagedFile("one.db");
  const { known, applied } = await repairFile(path);
  expect(applied.rows).toBeGreaterThan(9);
  const { findings } = await scan(path, { now: NOW });
  expect(findings.length).toBeGreaterThan(0);
  expect([...(known ?? [])]).toEqual(findings);
});

test("another scan is needed where somebody wrote to the file between the plan and its repair", async () => {
  const path = damagedFile("two.db");
  const { known } = await repairFile(path, () => {
    const db = openForWriting(path);
    db.exec("update session set time_updated = 1 where rowid = (select max(rowid) from session)");
    db.close();
  });
  expect(known).toBeNull();
});

test("another scan is needed where rows have no owner", async () => {
  const path = damagedFile("three.db");
  const db = openForWriting(path);
  db.pragma("foreign_keys = off");
  db.exec("delete from message where rowid = (select min(rowid) from message)");
  db.close();
  const { known, prepared } = await repairFile(path);
  expect(prepared.stamp).toBeUndefined();
  expect(known).toBeNull();
});
