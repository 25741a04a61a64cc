import { execFileSync, spawn, spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { openForWriting } from "../../src/files/sqlite.js";
import { present } from "../../src/model/present.js";
import { scratch } from "../support/fixtures.js";
// @ts-expect-error plain JavaScript, shared with the benchmark
import { generate } from "../support/generate.mjs";

const DAMAGED = 2_500;
const KILLS = 40;
const DOCTOR = join(import.meta.dirname, "../../bin/doctor.js");
const dir = scratch();
const source = dir.path("source.db");
const plan = dir.path("plan.json");
afterAll(dir.remove);

function doctor(...args: string[]) {
  return spawnSync(process.execPath, [DOCTOR, ...args], { encoding: "utf8", maxBuffer: 1 << 28 });
}

/** The damaged rows that are left, and a sum over all rows: the state before and the state after differ in both. */
function state(path: string): string {
  const db = openForWriting(path);
  const left = db
    .prepare(
      "select count(*) from part where json_extract(data, '$.type') = 'step-finish' and json_type(data, '$.tokens') is null",
    )
    .pluck()
    .get();
  const sums = db
    .prepare(
      "select (select count(*) || ' ' || sum(length(data)) from part) || ' ' || (select count(*) || ' ' || sum(length(data)) from message)",
    )
    .pluck()
    .get();
  const check = db.pragma("quick_check", { simple: true });
  db.close();
  return `${left} ${sums} ${check}`;
}

function fresh(name: string): string {
  const path = dir.path(name);
  for (const old of readdirSync(dir.folder))
    if (old.startsWith(`${name}`)) rmSync(dir.path(old), { force: true });
  copyFileSync(source, path);
  return path;
}

let before = "";
let after = "";
let took = 0;
beforeAll(() => {
  generate(source, { megabytes: 8, damaged: DAMAGED, lean: true });
  before = state(source);
  const answer = doctor("repair", source, "--format", "json", "--output", plan);
  expect(answer.status, answer.stderr).toBe(1);
  const whole = fresh("whole.db");
  const started = performance.now();
  const applied = doctor("repair", whole, "--plan", plan, "--backup", "--yes", "--quiet");
  took = performance.now() - started;
  expect(applied.status, applied.stderr).toBe(0);
  after = state(whole);
  expect(before.split(" ")[0]).toBe(String(DAMAGED));
  expect(after.split(" ")[0]).toBe("0");
}, 300_000);

test(`${KILLS} SIGKILLs at random moments leave the state before or the state after, and a journal that undoes it`, async () => {
  const seen = { before: 0, after: 0 };
  let expected = took;
  for (let kill = 0; kill < KILLS; kill++) {
    const path = fresh("killed.db");
    const child = spawn(
      process.execPath,
      [
        DOCTOR,
        "repair",
        path,
        "--plan",
        plan,
        kill % 4 === 0 ? "--backup" : "--undo-only",
        "--yes",
        "--quiet",
      ],
      { stdio: "ignore" },
    );
    const exited = new Promise((resolve) => child.once("exit", resolve));
    // Spread over the run, denser towards its end, where the commit is.
    const moment = expected * (kill % 2 === 0 ? 1.05 * (kill / KILLS) : 0.7 + 0.4 * (kill / KILLS));
    const timer = setTimeout(() => child.kill("SIGKILL"), moment);
    await exited;
    clearTimeout(timer);
    const found = state(path);
    expect([before, after]).toContain(found);
    seen[found === before ? "before" : "after"]++;
    // A machine that is slower than it was at the first run needs later moments.
    if (found === before && moment > 0.9 * expected) expected *= 1.15;
    if (found === after && kill % 5 === 0) {
      const journal = present(readdirSync(dir.folder).find((name) => name.startsWith("killed.db.undo-")));
      expect(doctor("restore", path, "--undo", dir.path(journal)).status).toBe(0);
      expect(state(path)).toBe(before);
    }
  }
  process.stderr.write(`  ${KILLS} kills: ${seen.before} before, ${seen.after} after, 0 between\n`);
  expect(seen.before).toBeGreaterThan(5);
  expect(seen.after).toBeGreaterThan(0);
});

test("SIGINT in a repair leaves the state before or after, no partial file, and says that it was stopped", async () => {
  for (const share of [0.3, 0.6, 0.8]) {
    const path = fresh("interrupted.db");
    const child = spawn(
      process.execPath,
      [DOCTOR, "repair", path, "--plan", plan, "--backup", "--yes", "--quiet"],
      { stdio: "ignore" },
    );
    const exited = new Promise<unknown>((resolve) =>
      child.once("exit", (code, signal) => resolve(signal ?? code)),
    );
    const timer = setTimeout(() => child.kill("SIGINT"), took * share);
    const end = await exited;
    clearTimeout(timer);
    expect([before, after]).toContain(state(path));
    expect([0, 130, "SIGINT"]).toContain(end);
    const isPartial = (name: string) => name.startsWith("interrupted.db") && name.includes(".partial");
    expect(readdirSync(dir.folder).filter(isPartial)).toEqual([]);
  }
});

test("SIGTERM ends a scan, and its private copy goes with it", async () => {
  const path = fresh("waiting.db");
  const temporary = dir.path("temporary");
  mkdirSync(temporary);
  const writer = openForWriting(path);
  writer.pragma("journal_mode = wal");
  writer.exec("update session set title = title || '.'");
  const copy = fresh("copy.db");
  for (const end of ["", "-wal"]) copyFileSync(path + end, copy + end);
  writer.close();
  const child = spawn(process.execPath, [DOCTOR, "scan", copy], {
    stdio: "ignore",
    env: { ...process.env, TMPDIR: temporary },
  });
  const exited = new Promise<string | null>((resolve) => child.once("exit", (_, signal) => resolve(signal)));
  const watch = setInterval(() => {
    if (readdirSync(temporary).length > 0) child.kill("SIGTERM");
  }, 5);
  const signal = await exited;
  clearInterval(watch);
  expect(signal).toBe("SIGTERM");
  await vi.waitFor(() => expect(readdirSync(temporary)).toEqual([]), { timeout: 10_000 });
});

describe("disk full", () => {
  const mount = dir.path("small");
  let mounted = false;
  beforeAll(() => {
    mkdirSync(mount);
    mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=40m", "tmpfs", mount]).status === 0;
    if (!mounted) process.stderr.write("  skipped: no mounts here\n");
  });
  afterAll(() => {
    if (mounted) execFileSync("umount", ["-l", mount]);
  });

  test.each(["--backup", "--undo-only", "--no-backup"])(
    "%s: nothing lost, one line, exit 2, nothing left behind",
    (way) => {
      if (!mounted) return;
      for (const free of [0, 2, 8]) {
        for (const name of readdirSync(mount)) rmSync(join(mount, name));
        const path = join(mount, "full.db");
        copyFileSync(source, path);
        const used = Number(
          execFileSync("df", ["--output=avail", "-B1", mount], { encoding: "utf8" }).split("\n")[1],
        );
        const fill = Math.max(0, Math.floor(used / 1e6) - free);
        spawnSync("dd", ["if=/dev/zero", `of=${join(mount, "filler")}`, "bs=1000000", `count=${fill}`]);
        const answer = doctor("repair", path, "--plan", plan, way, "--yes", "--quiet");
        rmSync(join(mount, "filler"));
        const found = state(path);
        expect([before, after]).toContain(found);
        expect(answer.status === 0).toBe(found === after);
        if (answer.status !== 0) {
          expect(answer.status).toBe(2);
          expect(answer.stderr.trim().split("\n").length).toBeLessThanOrEqual(2);
          expect(readdirSync(mount).filter((name) => /partial|undo|backup/.test(name))).toEqual([]);
        }
      }
    },
  );
});

test("a row that changes between plan and apply: refused, nothing written", () => {
  const path = fresh("raced.db");
  const db = openForWriting(path);
  db.exec(
    "update part set time_updated = time_updated + 1 where json_extract(data, '$.type') = 'step-finish'",
  );
  db.close();
  const changed = state(path);
  const answer = doctor("repair", path, "--plan", plan, "--undo-only", "--yes");
  expect(answer.status).toBe(2);
  expect(answer.stderr).toContain("changed after the plan");
  expect(state(path)).toBe(changed);
});

test("a writer at work: refused and named; with --force both finish", async () => {
  const path = fresh("busy.db");
  const writer = spawn(process.execPath, ["-e", WRITER, path], { stdio: ["ignore", "pipe", "inherit"] });
  await new Promise((resolve) => writer.stdout.once("data", resolve));
  const refused = doctor("repair", path, "--plan", plan, "--undo-only", "--yes");
  expect(refused.status).toBe(2);
  expect(refused.stderr).toContain("open in");
  const forced = doctor("repair", path, "--plan", plan, "--backup", "--force", "--yes", "--quiet");
  expect(forced.status, forced.stderr).toBe(0);
  const exited = new Promise((resolve) => writer.once("exit", resolve));
  writer.kill("SIGTERM");
  await exited;
  expect(state(path).split(" ")[0]).toBe("0");
  expect(existsSync(path)).toBe(true);
});

const WRITER = `
const Sqlite = require(${JSON.stringify(join(import.meta.dirname, "../../node_modules/better-sqlite3"))});
const db = new Sqlite(process.argv[1], { timeout: 60000 });
const write = db.prepare("update session set time_archived = ? where rowid = 1");
let n = 0;
setInterval(() => write.run(n++), 5);
setTimeout(() => console.log("ready"), 50);
`;
