import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openForWriting } from "../src/files/sqlite.js";
import { damagedCopy, FIXTURES, scratch } from "./support/fixtures.js";
// @ts-expect-error plain JavaScript, shared with the benchmark
import { generate } from "./support/generate.mjs";
import { run } from "./support/run.js";

const NOW = ["--now", "2026-11-21T12:00:00Z"];
const dir = scratch();
afterAll(dir.remove);
const sql = (name: string) => readFileSync(join(FIXTURES, "rules", `${name}.sql`), "utf8");

/** A damaged opencode database, and the conversations of another one beside them. */
function among(name: string, fixture: string): string {
  const path = damaged(name, fixture);
  const db = openForWriting(path);
  db.exec(`attach '${dir.path("others.db")}' as others`);
  for (const table of ["session", "message", "part"])
    db.exec(`insert or ignore into main.${table} select * from others.${table}`);
  db.close();
  return path;
}

function damaged(name: string, fixture: string): string {
  const path = dir.path(`${name}.db`);
  damagedCopy(path, fixture.split(".")[1] === "instatic" ? "instatic" : "opencode", sql(fixture));
  return path;
}

beforeAll(() => generate(dir.path("others.db"), { megabytes: 3, lean: true }));

const ANTHROPIC =
  "messages.5: `tool_use` ids were found without `tool_result` blocks immediately after: toolu_XXX. Each `tool_use` block must have a corresponding `tool_result` block in the next message.";
const PREFILL =
  "This model does not support assistant message prefill. The conversation must end with a user message.";

describe("from the error text to the proof", () => {
  test.each([
    [
      "a broken stream (#16749)",
      () => among("r1", "missing-step-boundary.opencode"),
      ANTHROPIC,
      "ses_e0331f65",
    ],
    [
      "an interrupted tool (#26177)",
      () => among("r2", "orphan-interrupted-tool.opencode"),
      PREFILL,
      "ses_e0331f65",
    ],
    [
      "results without a call (Instatic #99)",
      () => damaged("r4", "orphan-tool-result.instatic"),
      "400 No tool call found for function call output with call_id call_37ac.",
      "n03dNdO0TJpEak2-t7H0P",
    ],
  ])("%s", async (_, make, text, session) => {
    const path = make();
    const { code, stdout } = await run(["heal", path, text, "--yes", ...NOW]);
    expect(stdout).toContain(session);
    expect(stdout).toContain("scanned again: nothing left");
    expect(stdout).toMatch(/next request: \S+ would take it/);
    expect(stdout).toContain(`doctor restore ${path}`);
    expect(code).toBe(0);
    const again = await run(["heal", path, text, "--yes", ...NOW]);
    expect([again.code, again.stdout]).toEqual([1, expect.stringContaining("would get this text now")]);
  });

  test("a captured request is mended as a copy", async () => {
    const body = {
      model: "m",
      messages: [
        { role: "user", content: "x" },
        { role: "assistant", content: "y" },
        { role: "tool", tool_call_id: "tool_1", content: "y" },
      ],
    };
    const path = dir.path("captured.json");
    writeFileSync(path, JSON.stringify(body));
    const { code, stderr } = await run([
      "heal",
      path,
      "--yes",
      "messages with role 'tool' must be a response",
    ]);
    expect(code).toBe(2);
    // Every call of the body is lost: the host's database may know them.
    expect(stderr).toContain(`doctor repair ${path} --from OPENCODE_DB --output fixed.json`);
  });
});

test("without a text, the newest dead conversation is mended, then the next one", async () => {
  const path = dir.path("dead.db");
  copyFileSync(join(FIXTURES, "damaged.db"), path);
  const seen: string[] = [];
  for (let round = 0; round < 2; round++) {
    const { code, stdout } = await run(["heal", path, "--yes", ...NOW]);
    expect(code).toBe(0);
    seen.push(/ses_\w+/.exec(stdout)?.[0] ?? "");
  }
  expect(new Set(seen).size).toBe(2);
  expect(await run(["heal", path, "--yes", ...NOW])).toMatchObject({ code: 1 });
});

test("nobody can be asked: the plan is shown and nothing is written", async () => {
  const path = dir.path("asked.db");
  copyFileSync(join(FIXTURES, "damaged.db"), path);
  const before = readFileSync(path);
  const { code, stdout, stderr } = await run(["heal", path, ...NOW]);
  expect([code, stderr]).toEqual([2, expect.stringContaining("--yes")]);
  expect(stdout).toContain("DELETED");
  expect(readFileSync(path).equals(before)).toBe(true);
});

test("several conversations fit: they are listed, and one has to be named", async () => {
  const path = among("several", "missing-step-boundary.opencode");
  const db = openForWriting(path);
  db.pragma("foreign_keys = off");
  db.exec(`create temp table copy as select * from session where id like 'ses_e0331f65%';
    update copy set id = 'ses_twin'; insert into session select * from copy; drop table copy;`);
  for (const [table, ids] of [
    ["message", ["id"]],
    ["part", ["id", "message_id"]],
  ] as const)
    db.exec(
      `create temp table copy as select * from ${table} where session_id like 'ses_e0331f65%';
       update copy set session_id = 'ses_twin', ${ids.map((id) => `${id} = replace(${id}, '_1fcce', '_1fccf')`).join(", ")};
       insert into ${table} select * from copy; drop table copy;`,
    );
  db.close();
  const { code, stdout } = await run(["heal", path, ANTHROPIC, "--yes", ...NOW]);
  expect(code).toBe(2);
  for (const part of ["2 conversations would get this text", "ses_twin", "ses_e0331f65", "--session ID"])
    expect(stdout).toContain(part);
  const one = await run(["heal", path, ANTHROPIC, "--session", "ses_twin", "--yes", ...NOW]);
  expect([one.code, one.stdout]).toEqual([0, expect.stringContaining("ses_twin")]);
  expect((await run(["heal", path, ANTHROPIC, "--all", "--yes", ...NOW])).code).toBe(0);
});

test("a text that nothing here predicts names the nearest", async () => {
  const path = join(FIXTURES, "damaged.db");
  const { code, stdout } = await run(["heal", path, "the server is on fire", ...NOW]);
  expect(code).toBe(1);
  expect(stdout).toContain("No conversation here would get this text now");
  expect(stdout).toContain("ses_");
});

test("a healthy database has nothing to mend", async () => {
  const { code, stdout } = await run(["heal", join(FIXTURES, "opencode.db"), ...NOW]);
  expect([code, stdout]).toEqual([0, expect.stringContaining("nothing to mend")]);
});

test("where only an unsafe repair is left, its plan is named", async () => {
  const path = dir.path("held.db");
  damagedCopy(path, "opencode", `update session set version = '7.7.9'; ${sql("id-order.opencode")}`);
  const { code, stdout } = await run(["heal", path, ...NOW]);
  expect([code, stdout]).toEqual([1, expect.stringContaining(`Next: doctor repair ${path} --unsafe\n`)]);
});

test("a conversation that limps is mended where it is named; else heal names it", async () => {
  const path = dir.path("limping.db");
  copyFileSync(join(FIXTURES, "damaged.db"), path);
  expect((await run(["heal", path, "--all", "--yes", ...NOW])).code).toBe(0);
  const { stdout } = await run(["heal", path, ...NOW]);
  const next = /^Next: doctor (heal .* --session ses_\w+)$/m.exec(stdout)?.[1]?.split(" ") ?? [];
  expect(stdout).toContain("No conversation here is dead; these limp:");
  const healed = await run([...next, "--yes", ...NOW]);
  expect([healed.code, healed.stdout]).toEqual([0, expect.stringContaining("nothing left")]);
});

test("colours reach a terminal as they are, in heal and in the list of repairs", async () => {
  const path = damaged("colours", "stuck-tool.opencode");
  const plan = await run(["heal", path, "--session", "latest", "-n", "--color", ...NOW]);
  await run(["heal", path, "--session", "latest", "--yes", ...NOW]);
  const list = await run(["restore", path, "--list", "--color"]);
  for (const { stdout } of [plan, list]) {
    expect(stdout).toContain("\u001b[1m");
    expect(stdout).not.toContain("\\u001b");
  }
});

test("a conversation or a file that is not there is told, not called healthy", async () => {
  const path = damaged("named", "stuck-tool.opencode");
  const unknown = await run(["heal", path, "--session", "nothing-like-it", ...NOW]);
  expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining("no session nothing-like-it")]);
  const missing = await run(["heal", `${path}x.db`, ...NOW]);
  expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining("no such file")]);
  const listed = await run(["sessions", `${path}x.db`, ...NOW]);
  expect([listed.code, listed.stderr]).toEqual([2, expect.stringContaining("no such file")]);
});
