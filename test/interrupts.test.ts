import { readdirSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { openForWriting } from "../src/files/sqlite.js";
import { breather, heedingSignals } from "../src/interrupts.js";
import { applyPlan } from "../src/repair/apply.js";
import { prepareRepair } from "../src/repair/prepare.js";
import { scratch } from "./support/fixtures.js";
// @ts-expect-error plain JavaScript, shared with the benchmark
import { generate } from "./support/generate.mjs";

const dir = scratch();
afterAll(dir.remove);

test("a long loop that breathes lets timers through", async () => {
  let isHeard = false;
  setTimeout(() => {
    isHeard = true;
  });
  const breathe = breather();
  for (let turn = 0; turn < 5_000_000 && !isHeard; turn++) await breathe();
  expect(isHeard).toBe(true);
});

test("a signal is noted while work heeds it, and does what it did before afterwards", async () => {
  const before = process.rawListeners("SIGTERM");
  const noted = await heedingSignals(async (isInterrupted) => {
    const first = isInterrupted();
    process.emit("SIGTERM");
    return [first, isInterrupted()];
  });
  expect(noted).toEqual([false, true]);
  expect(process.rawListeners("SIGTERM")).toEqual(before);
});

const digest = (path: string) => {
  const db = openForWriting(path);
  const rows = db.prepare("select rowid, id, data from part order by rowid").raw().all();
  db.close();
  return JSON.stringify(rows);
};

test.each(["backup", "write", "check"])("an interrupted repair changes nothing: at its %s", async (phase) => {
  const path = dir.path(`${phase}.db`);
  generate(path, { megabytes: 1, damaged: 200, lean: true });
  const before = digest(path);
  const { plan } = await prepareRepair(path, { now: Date.parse("2026-11-21T12:00:00Z") }, {});
  expect(plan.sessions.length).toBeGreaterThan(2);
  let isCancelled = false;
  const applied = applyPlan(path, plan, {
    backup: true,
    onProgress: (_done, _total, what) => {
      isCancelled ||= what === phase;
    },
    isCancelled: () => isCancelled,
  });
  await expect(applied).rejects.toMatchObject({ code: "INTERRUPTED" });
  expect(digest(path)).toBe(before);
  expect(readdirSync(dir.folder).filter((name) => name.startsWith(`${phase}.db.`))).toEqual([]);
});
