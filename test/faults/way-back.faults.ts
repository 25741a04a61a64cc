import { readdirSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openForWriting } from "../../src/files/sqlite.js";
import {
  beside,
  doctor,
  doctorBeside,
  freshCopy,
  messagesIn,
  startWriter,
  times,
} from "../support/faults.js";
import { scratch } from "../support/fixtures.js";
// @ts-expect-error plain JavaScript, shared with the benchmark
import { generate } from "../support/generate.mjs";

const RUNS = times(4, 50);
const dir = scratch();
afterAll(dir.remove);

/** Turns that the writer commits before, and after, the command at least. */
const TURNS = 5;

async function underWriter(
  path: string,
  ...args: string[]
): Promise<{ committed: string[]; status: number | null; stderr: string }> {
  const writer = startWriter(path);
  await writer.reached(TURNS);
  const { status, stderr } = await doctorBeside("restore", path, ...args, "--force", "--quiet");
  await new Promise((resolve) => setTimeout(resolve, 60));
  return { committed: await writer.end(), status, stderr };
}

describe.each(["wal", "delete"])("under a writer that commits every 5 ms, in %s mode", (mode) => {
  const source = dir.path(`${mode}.db`);
  beforeAll(() => {
    generate(source, { megabytes: 6, damaged: 40, lean: true });
    const db = openForWriting(source);
    db.pragma(`journal_mode = ${mode}`);
    db.close();
  }, 60_000);

  function repaired(name: string, way: string) {
    const path = freshCopy(source, dir.path(`${mode}-${name}.db`));
    expect(doctor("repair", path, way, "--yes", "--quiet").status).toBe(0);
    return { path, made: beside(path).map((file) => dir.path(file)) };
  }

  const isLockedOut = (status: number | null, stderr: string) =>
    status === 2 && mode === "delete" && stderr.includes("locked by another process");

  test(`restore --force, ${RUNS} times: every turn that was committed is in the kept file or in the database`, async () => {
    let [kept, after, busy] = [0, 0, 0];
    for (let run = 0; run < RUNS; run++) {
      const { path } = repaired("restored", "--backup");
      const { committed, status, stderr } = await underWriter(path);
      // Outside of WAL the writer may hold the lock for as long as a restore waits: then nothing is changed.
      if (isLockedOut(status, stderr)) {
        const found = messagesIn(path);
        expect(committed.filter((id) => !found.has(id))).toEqual([]);
        busy++;
        continue;
      }
      expect(status, stderr).toBe(0);
      const copy = beside(path).find((name) => name.includes(".before-restore-"));
      const [inCopy, inDatabase] = [messagesIn(dir.path(String(copy))), messagesIn(path)];
      expect(committed.filter((id) => !inCopy.has(id) && !inDatabase.has(id))).toEqual([]);
      kept += committed.filter((id) => inCopy.has(id)).length;
      after += committed.filter((id) => inDatabase.has(id)).length;
      expect(readdirSync(dir.folder).filter((name) => name.includes(".partial"))).toEqual([]);
    }
    process.stderr.write(
      `  ${mode}: ${RUNS} restores, ${kept} turns kept, ${after} in the database, 0 in neither; ${busy} found it locked\n`,
    );
    expect(kept).toBeGreaterThanOrEqual((RUNS - busy) * TURNS);
    if (mode === "wal") expect(after).toBeGreaterThan(0);
  });

  test(`restore --undo --force, ${RUNS} times: every turn that was committed is in the database`, async () => {
    for (let run = 0; run < RUNS; run++) {
      const { path, made } = repaired("undone", "--undo-only");
      const journal = made.find((name) => name.endsWith(".jsonl"));
      const { committed, status, stderr } = await underWriter(path, "--undo", String(journal));
      const inDatabase = messagesIn(path);
      expect(committed.filter((id) => !inDatabase.has(id))).toEqual([]);
      if (isLockedOut(status, stderr)) continue;
      expect(status, stderr).toBe(0);
      expect(doctor("scan", path, "--quiet").status).toBe(1);
    }
  });
});
