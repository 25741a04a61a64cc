import { spawn } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { keptKindOf } from "../../src/commands/kept.js";
import { scan } from "../../src/index.js";
import { applyAny, prepareAny } from "../../src/repair/any.js";
import { undoServer } from "../../src/repair/server/undo.js";
import { damagedCopy, FIXTURES, scratch } from "../support/fixtures.js";
import { embeddedServer, START } from "../support/pglite.js";
import { CANARY, loadFrom, type TestServer } from "../support/postgres.js";
import { run } from "../support/run.js";

const NOW = "2026-11-21T12:00:00Z";
const TERMS = { now: Date.parse(NOW) };
/** The result of a call is gone, as where it held a NUL or another replica took its position. */
const LOST =
  "delete from ai_messages where id = (select min(id) from ai_messages where role = 'tool' and position < 4)";
const STATE =
  "select m::text as row from ai_messages m union all select c::text from ai_conversations c order by 1";
const dir = scratch();
let server: TestServer;
let number = 0;
beforeAll(async () => {
  server = await embeddedServer();
}, START);
afterAll(async () => {
  await server.stop();
  dir.remove();
});
afterEach(() => {
  vi.unstubAllEnvs();
});

/** Fills the server with the healthy conversations, damaged by the SQL. */
async function load(sql: string): Promise<void> {
  const path = dir.path(`${number++}.db`);
  damagedCopy(path, "instatic", sql);
  await loadFrom(path, server);
}

test("the command line mends what it finds, tells the way back, and shows the password nowhere", async () => {
  await load(LOST);
  const told: string[] = [];
  const doctor = async (...args: string[]) => {
    const { code, stdout, stderr } = await run(args);
    told.push(stdout, stderr);
    return { code, stdout };
  };
  const judged = (...args: string[]) => doctor(...args, "--now", NOW);
  for (const format of ["json", "sarif", "markdown", "junit", "github"])
    expect(
      (await judged("scan", server.url, "--severity", "warning", "--fail-on", "warning", "--format", format))
        .stdout,
    ).toContain("missing-tool-result");
  expect((await judged("check", server.url, "--fail-on", "warning")).code).toBe(1);
  expect((await judged("inspect", server.url, "--session", "latest")).code).toBe(0);
  expect((await judged("replay", server.url, "--session", "latest")).code).toBe(0);
  const plan = await judged("repair", server.url);
  expect(plan.stdout).toContain(`doctor repair ${server.name} --now ${NOW} --backup`);
  const backup = dir.path("kept");
  const done = await judged("repair", server.url, "--backup-to", backup);
  expect(done.code).toBe(0);
  expect(done.stdout).toContain(`pg_dump --format=custom --file=postgres.dump ${server.name}`);
  const journal = /--undo (\S+)/.exec(done.stdout)?.[1] ?? "";
  expect([keptKindOf(backup), keptKindOf(journal)]).toEqual(["database", "journal"]);
  for (const file of [backup, journal]) {
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, "latin1")).not.toContain(CANARY);
  }
  const findings = async (path: string) => {
    const { error, warning } = (await scan(path, TERMS)).summary;
    return error + warning;
  };
  // The backup is a database of its own, as the conversation was before the repair.
  expect([await findings(backup), await findings(server.url)]).toEqual([1, 0]);
  expect((await doctor("restore", server.url, "--undo", journal)).code).toBe(0);
  expect(await findings(server.url)).toBe(1);
  expect(told.join("")).not.toContain(CANARY);
});

test("integers, decimals and microseconds come back to the last digit", async () => {
  await load(LOST);
  await server.query(`update ai_conversations set prompt_tokens_total = 9007199254740993, cost_usd_total = 1234.567890,
      created_at = '2026-01-02 03:04:05.678901Z', deleted_at = 'infinity';
    update ai_messages set cost_usd = 0.100000, created_at = '2026-01-02 03:04:05.678901Z', prompt_tokens = 2147483647`);
  const before = await server.rows(STATE);
  const { plan } = await prepareAny(server.name, TERMS, {});
  const { journal } = await applyAny(server.name, plan, { backup: false, backupTo: dir.folder });
  const [added] = await server.rows(
    "select created_at::text as at, cost_usd::text as cost from ai_messages where prompt_tokens = 0",
  );
  expect(added).toEqual({ at: "2026-01-02 03:04:05.678901+00", cost: "0.000000" });
  await undoServer(server.name, String(journal), false);
  expect(await server.rows(STATE)).toEqual(before);
});

describe("a repair leaves alone", () => {
  test("a conversation whose last turn is at work, by the server's clock", async () => {
    await load(LOST);
    await server.query("update ai_messages set created_at = now()");
    const before = await server.rows(STATE);
    const { plan } = await prepareAny(server.name, TERMS, {});
    const done = await applyAny(server.name, plan, { backup: true, backupTo: dir.folder });
    expect(done).toMatchObject({ rows: 0, backup: null, journal: null });
    expect(done.inFlight).toEqual([...plan.sessions].map(({ session }) => session));
    expect(await server.rows(STATE)).toEqual(before);
  });

  test("a conversation that was changed after the plan was made", async () => {
    await load(LOST);
    const { plan } = await prepareAny(server.name, TERMS, {});
    const [first] = plan.sessions;
    await server.query(
      "update ai_messages set content_json = '[]' where conversation_id = $1 and role = 'user'",
      [String(first?.session)],
    );
    const done = await applyAny(server.name, plan, { backup: false, nothing: true });
    expect(done.skipped).toEqual([
      { session: first?.session, reason: "it was changed after the plan was made" },
    ]);
  });

  test("a database with triggers, and says so in the plan", async () => {
    await load(LOST);
    await server.query(`create or replace function keep() returns trigger language plpgsql as 'begin return new; end';
      create trigger audit after insert on ai_messages for each row execute function keep()`);
    const { plan } = await prepareAny(server.name, TERMS, {});
    expect(plan.obstacles?.[0]).toContain("audit of ai_messages");
    await expect(applyAny(server.name, plan, { backup: false, nothing: true })).rejects.toMatchObject({
      code: "REFUSED",
    });
  });
});

test("an Instatic that cannot read PostgreSQL gets advice, and nothing is mended", async () => {
  await load("delete from schema_migrations where id > '017_layouts_system_table'");
  const { inputs, findings } = await scan(server.url, TERMS);
  expect(inputs[0]?.notes).toEqual([expect.stringMatching(/non-empty content.*update Instatic/)]);
  expect(findings.filter(({ severity }) => severity !== "info")).toEqual([]);
  const { stdout } = await run(["repair", server.url, "--now", NOW]);
  expect(stdout).toContain("Nothing to repair");
});

describe("one clear line and exit 2 for", () => {
  const lineOf = async (...args: string[]) => {
    const { code, stdout, stderr } = await run(args);
    expect(code).toBe(2);
    expect(stdout + stderr).not.toContain(CANARY);
    return stdout + stderr;
  };

  test("a server that refuses, or does not answer in time", async () => {
    const refused = `postgres://doctor:${CANARY}@127.0.0.1:1/cms`;
    expect(await lineOf("scan", refused)).toContain("no server answers there");
    expect(await lineOf("repair", refused, "--backup")).toContain("no server answers there");
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const place = silent.address();
    vi.stubEnv("PGCONNECT_TIMEOUT", "1");
    const url = `postgres://doctor:${CANARY}@127.0.0.1:${typeof place === "object" ? place?.port : 0}/cms`;
    expect(await lineOf("inspect", url)).toContain("did not answer in time");
    silent.close();
  });

  test("a database without the tables, with those of another program, or with a view", async () => {
    await load(LOST);
    await server.query("drop table ai_messages");
    expect(await lineOf("scan", server.url)).toContain("not Instatic's (missing table ai_messages)");
    await server.query("create view ai_messages as select id, title from ai_conversations");
    expect(await lineOf("replay", server.url)).toContain("ai_messages is no table but a view");
    await server.query("drop view ai_messages");
    await load("delete from schema_migrations where id = '007_ai_runtime'");
    expect(await lineOf("repair", server.url)).toContain("migrations are those of another program");
  });

  test("a password that is not encoded, and a name that the environment does not tell", async () => {
    for (const name of ["DATABASE_URL", "PGHOST", "PGPORT", "PGUSER", "PGDATABASE"])
      vi.stubEnv(name, undefined);
    expect(await lineOf("scan", `postgres://doctor:12#${CANARY}@127.0.0.1/cms`)).toContain("%23");
    expect(await lineOf("scan", "postgres:")).toContain("none of them is set");
  });

  test.each([
    ["heal", []],
    ["sessions", []],
    ["export", []],
    ["restore", []],
    ["restore", ["--list"]],
  ])("%s %j, which takes no server", async (command, more) => {
    expect(await lineOf(command, server.url, ...more)).toMatch(
      /a PostgreSQL database, which|from the journal/,
    );
  });
});

test("postgres: is the database of the environment, and a scan without a path never connects", async () => {
  await load("");
  vi.stubEnv("DATABASE_URL", server.url);
  const { stdout, code } = await run(["scan", "postgres:", "--format", "json", "--now", NOW]);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    inputs: [{ path: server.name, kind: "instatic", status: "ok" }],
  });
  vi.stubEnv("HOME", dir.folder);
  vi.stubEnv("XDG_DATA_HOME", dir.folder);
  expect((await run(["scan"])).stderr).toContain("doctor scan postgres: reads it");
});

test.runIf(process.platform === "linux")("the list of processes does not show the password", async () => {
  const silent = createServer();
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const place = silent.address();
  const port = typeof place === "object" ? place?.port : 0;
  const url = `postgres://doctor:${CANARY}@127.0.0.1:${port}/cms`;
  const reached = new Promise((resolve) => silent.once("connection", resolve));
  const program = spawn(process.execPath, [join(FIXTURES, "../bin/doctor.js"), "scan", url], {
    stdio: "ignore",
  });
  await reached;
  expect(readFileSync(`/proc/${program.pid}/cmdline`, "latin1")).not.toContain(CANARY);
  program.kill("SIGKILL");
  silent.close();
});
