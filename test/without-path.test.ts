import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, expect, test, vi } from "vitest";
import { FIXTURES, scratch } from "./support/fixtures.js";
import { healthyLines } from "./support/lines.js";
import { run } from "./support/run.js";

const dir = scratch();
afterAll(dir.remove);
afterEach(() => vi.unstubAllEnvs());

const NOW = ["--now", "2026-11-21T12:00:00Z"];
const PI = join("pi", "agent", "sessions", "--work-demo--");
const database = dir.path(join(".local", "share", "opencode", "opencode.db"));
const session = dir.path(join(`.${PI}`, "2026-01-05T09-00-00-000Z_demo.jsonl"));

/** A home with a database of opencode and a session of pi. */
beforeEach(() => {
  for (const name of ["XDG_DATA_HOME", "OPENCODE_DB", "KILO_DB", "DATABASE_URL"]) vi.stubEnv(name, undefined);
  vi.stubEnv("HOME", dir.folder);
  for (const path of [database, session]) mkdirSync(join(path, ".."), { recursive: true });
  copyFileSync(join(FIXTURES, "damaged.db"), database);
  writeFileSync(session, healthyLines("pi"));
});

test("options alone are those of a scan", async () => {
  const [alone, named] = [await run(["--all", ...NOW]), await run(["scan", "--all", ...NOW])];
  expect(alone.stdout).toContain("DEAD");
  expect([alone.code, alone.stdout]).toEqual([named.code, named.stdout]);
  expect((await run(["--version"])).stdout).toMatch(/^\d+\.\d+/);
});

test("a conversation that is named is found in whatever file holds it", async () => {
  const { stdout } = await run(["replay", "--session", "ses_e0331f65", "--format", "json", ...NOW]);
  expect(JSON.parse(stdout).session).toMatch(/^ses_e0331f65/);
  const latest = await run(["inspect", "--session", "latest", "--format", "json", ...NOW]);
  expect(latest.code).toBe(0);
  const none = await run(["replay", "--session", "ses_nowhere", ...NOW]);
  expect([none.code, none.stderr]).toEqual([
    2,
    expect.stringContaining("no session ses_nowhere in the 2 files"),
  ]);
});

test("without a name a command tells how to find one, and a hint of restore changes nothing", async () => {
  const { code, stderr } = await run(["restore", "--list"]);
  expect(code).toBe(2);
  expect(stderr).toContain("found 2 files");
  expect(stderr).toContain("next: doctor restore FILE --list");
  expect((await run(["inspect"])).stderr).toContain("next: doctor sessions");
});

test("a session that no file holds is no clean bill of health", async () => {
  const { code, stdout } = await run(["scan", "--session", "ses_nowhere", ...NOW]);
  expect([code, stdout]).toEqual([2, expect.not.stringContaining("No damage found")]);
});

test("backups and journals of the tool are not counted as unknown files", async () => {
  await run(["repair", database, "--backup", "--yes", ...NOW]);
  const { stdout } = await run(["scan", join(database, ".."), "--format", "json", ...NOW]);
  expect(JSON.parse(stdout)).not.toHaveProperty("skipped");
});

test("an error text needs no quotes, and a word with a path in it leads to a scan", async () => {
  const { stdout } = await run("explain tool_use ids were found without tool_result blocks".split(" "));
  expect(stdout).toContain("missing-tool-result");
  expect((await run(["nowhere/a.db"])).stderr).toContain("next: doctor scan nowhere/a.db");
});
