import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openForWriting } from "../../src/files/sqlite.js";
import { beside, doctor, freshCopy, killed, stateOf, times } from "../support/faults.js";
import { scratch } from "../support/fixtures.js";
// @ts-expect-error plain JavaScript, shared with the benchmark
import { generate } from "../support/generate.mjs";

const dir = scratch();
afterAll(dir.remove);

/** Moments spread over a run, and some past its end (machines are busy); denser in its second half, where files are written. */
function* moments(kills: number, took: number): Generator<number> {
  for (let kill = 0; kill < kills; kill++)
    yield took * (kill % 2 === 0 ? 1.4 * (kill / kills) : 0.5 + 0.9 * (kill / kills));
}

/** Returns the files that no run may leave behind. */
function leftovers(path: string): string[] {
  return beside(path).filter((name) => /\.partial|-(journal|wal|shm)$/.test(name));
}

function tell(what: string, seen: { before: number; after: number }): void {
  const total = seen.before + seen.after;
  process.stderr.write(`  ${what}: ${total} kills, ${seen.before} before, ${seen.after} after, 0 between\n`);
}

describe.each(["wal", "delete"])("SIGKILL at any moment, a database in %s mode", (mode) => {
  const source = dir.path(`${mode}-source.db`);
  const mended = dir.path(`${mode}-mended.db`);
  let [before, after] = ["", ""];
  /** Of one whole run (ms). */
  const took = { repair: 0, restore: 0, undo: 0 };
  const part = (name: string) => beside(mended).find((file) => file.includes(name)) ?? "";

  beforeAll(() => {
    generate(source, { megabytes: 12, damaged: 2500, lean: true });
    const db = openForWriting(source);
    db.pragma(`journal_mode = ${mode}`);
    db.close();
    before = stateOf(source);
    freshCopy(source, mended);
    took.repair = doctor("repair", mended, "--backup", "--yes", "--quiet").took;
    after = stateOf(mended);
    const restored = withMade("measured.db");
    took.restore = doctor("restore", restored, "--quiet").took;
    expect(stateOf(restored)).toBe(before);
    const undone = withMade("measured.db");
    took.undo = doctor("restore", undone, "--undo", journalOf(undone), "--quiet").took;
    expect(stateOf(undone)).toBe(before);
    expect(after).not.toBe(before);
  }, 300_000);

  /** The mended database with its backup and its journal, under another name. */
  function withMade(name: string): string {
    const path = freshCopy(mended, dir.path(`${mode}-${name}`));
    for (const file of beside(mended))
      copyFileSync(dir.path(file), dir.path(file.replace(`${mode}-mended.db`, `${mode}-${name}`)));
    return path;
  }
  const journalOf = (path: string) =>
    dir.path(beside(path).find((name) => name.includes(".undo-") && name.endsWith(".jsonl")) ?? "");

  test("doctor repair, the whole command", async () => {
    const seen = { before: 0, after: 0 };
    const way = ["--backup", "--undo-only"];
    let turn = 0;
    for (const moment of moments(times(12, 150), took.repair)) {
      const path = freshCopy(source, dir.path(`${mode}-killed.db`));
      await killed(moment, "repair", path, way[turn++ % 2] ?? "", "--yes", "--quiet");
      // Half of them are looked at by the next run first, as the kill left them.
      const again = turn % 4 < 2 ? doctor("repair", path, "--undo-only", "--yes", "--quiet") : null;
      const found = stateOf(path);
      if (again) {
        expect([again.status, found], again.stderr).toEqual([0, after]);
        expect(leftovers(path)).toEqual([]);
        continue;
      }
      expect([before, after]).toContain(found);
      seen[found === before ? "before" : "after"]++;
      if (found === before) continue;
      expect(doctor("restore", path, "--undo", journalOf(path), "--quiet").status).toBe(0);
      expect(stateOf(path)).toBe(before);
      expect(leftovers(path)).toEqual([]);
    }
    tell(`repair, ${mode}`, seen);
  });

  test("doctor restore", async () => {
    expect(part(".backup-")).not.toBe("");
    const seen = { before: 0, after: 0 };
    for (const moment of moments(times(8, 30), took.restore)) {
      const path = withMade("killed-restore.db");
      await killed(moment, "restore", path, "--quiet");
      const found = stateOf(path);
      expect([before, after]).toContain(found);
      seen[found === before ? "after" : "before"]++;
      const again = doctor("restore", path, "--quiet");
      expect(again.status, again.stderr).toBe(0);
      expect(stateOf(path)).toBe(before);
      expect(leftovers(path)).toEqual([]);
    }
    tell(`restore, ${mode}`, seen);
  });

  test("doctor restore --undo", async () => {
    const seen = { before: 0, after: 0 };
    for (const moment of moments(times(8, 30), took.undo)) {
      const path = withMade("killed-undo.db");
      await killed(moment, "restore", path, "--undo", journalOf(path), "--quiet");
      const found = stateOf(path);
      expect([before, after]).toContain(found);
      seen[found === before ? "after" : "before"]++;
      if (found === after)
        expect(doctor("restore", path, "--undo", journalOf(path), "--quiet").status).toBe(0);
      expect(stateOf(path)).toBe(before);
      expect(leftovers(path)).toEqual([]);
    }
    tell(`restore --undo, ${mode}`, seen);
  });
});

describe("SIGKILL at any moment, a file that is written", () => {
  const database = dir.path("exported.db");
  let session = "";
  const exported = dir.path("session.json");

  beforeAll(() => {
    generate(database, { megabytes: 3, damaged: 300, lean: true });
    const db = openForWriting(database);
    session = String(db.prepare("select id from session limit 1").pluck().get());
    db.prepare("update message set session_id = ?").run(session);
    db.prepare("update part set session_id = ?").run(session);
    db.close();
    expect(doctor("export", database, "--session", session, "--output", exported).status).toBe(0);
  }, 300_000);

  /** A file is only taken for one of its kind. */
  const oldExport = '{"info":{"id":"ses_old"},"messages":[]}';
  const commands: [string, old: string, (target: string) => string[]][] = [
    ["repair --output", oldExport, (target) => ["repair", exported, "--output", target, "--quiet"]],
    [
      "export --output",
      oldExport,
      (target) => ["export", database, "--session", session, "--output", target],
    ],
    [
      "check --update-baseline",
      '{ "schemaVersion": 1, "accepted": [] }',
      (target) => ["check", database, "--baseline", target, "--update-baseline", "--quiet"],
    ],
  ];
  test.each(commands)("doctor %s", async (name, old, command) => {
    const target = dir.path("target.json");
    writeFileSync(target, old);
    const { took } = doctor(...command(target));
    const whole = readFileSync(target, "utf8");
    expect(whole).not.toBe(old);
    const seen = { before: 0, after: 0 };
    for (const moment of moments(times(8, 60), took)) {
      writeFileSync(target, old);
      await killed(moment, ...command(target));
      const found = readFileSync(target, "utf8");
      expect([old, whole]).toContain(found);
      seen[found === old ? "before" : "after"]++;
      doctor(...command(target));
      expect(readFileSync(target, "utf8")).toBe(whole);
      expect(leftovers(target)).toEqual([]);
    }
    tell(name, seen);
  });
});
