import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { deleteRow, updateColumn } from "../../src/files/rows.js";
import { openForWriting, openScratch } from "../../src/files/sqlite.js";
import { scan } from "../../src/index.js";
import { applyPlan } from "../../src/repair/apply.js";
import type { RepairPlan } from "../../src/repair/plan.js";
import { prepareRepair } from "../../src/repair/prepare.js";
import { undo } from "../../src/repair/restore.js";
import { doctor, stateOf } from "../support/faults.js";
import { damagedCopy, runSql, scratch } from "../support/fixtures.js";

const dir = scratch();
afterAll(dir.remove);

const NO_TOKENS =
  "pragma foreign_keys = off; update part set data = json_remove(data, '$.tokens') where rowid = (select rowid from part where data ->> '$.type' = 'step-finish' limit 1);";
/** A saved plan on its way to be edited. */
interface Draft {
  terms: object;
  sessions: [{ operations: [object, ...object[]] }];
}

const ENDLESS = "with recursive c(x) as (select 1 union all select x + 1 from c)";

describe("what is no ordinary table is neither read nor written", () => {
  test.each([
    [
      "session is a view",
      `alter table session rename to s0; create view session as ${ENDLESS} select s0.*, x as rowid from s0, c`,
    ],
    ["schema_migrations is a view", "create view schema_migrations as select '007_ai_runtime' as id"],
    ["kv is a view", `create view kv as ${ENDLESS} select x as key, x as value from c`],
    [
      "part is a virtual table",
      "alter table part rename to p0; create virtual table part using fts5(id, message_id, session_id, time_created, time_updated, data)",
    ],
    [
      "part has no rowids",
      "create table p(id text primary key, message_id, session_id, time_created, time_updated, data) without rowid; insert into p select * from part; drop table part; alter table p rename to part",
    ],
    ["part has a column of its own called rowid", "alter table part add column rowid integer default 1"],
    [
      "message has a column of its own called rowid",
      "alter table message add column ROWID generated always as (1)",
    ],
  ])("%s", async (fault, sql) => {
    const path = dir.path(`${fault.replaceAll(" ", "-")}.db`);
    damagedCopy(path, "opencode", `${NO_TOKENS} ${sql}`);
    const bytes = readFileSync(path);
    const [input] = (await scan(path)).inputs;
    expect(input).toMatchObject({ status: "unsupported", error: { code: "UNSUPPORTED" } });
    expect(input?.error?.message).toContain(fault);
    for (const command of [
      ["repair", path, "--undo-only", "--yes"],
      ["export", path],
    ]) {
      const { status, stderr } = doctor(...command);
      expect([status, stderr.includes(fault)]).toEqual([2, true]);
    }
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });

  test("generated columns beside the known ones do no harm", async () => {
    const path = dir.path("generated.db");
    damagedCopy(
      path,
      "opencode",
      `${NO_TOKENS} alter table part add column kind text generated always as (data ->> '$.type') virtual; create index kinds on part (kind)`,
    );
    const before = stateOf(path);
    const { plan } = await prepareRepair(path, {}, {});
    const { journal, rows } = await applyPlan(path, plan, { backup: true });
    expect(rows).toBe(1);
    await undo(path, String(journal), false);
    expect(stateOf(path)).toBe(before);
  });
});

test("a write that changes another number of rows than one fails", () => {
  const db = openScratch();
  db.exec("create table part (id, data, rowid default 1); insert into part (id) values ('a'), ('b')");
  expect(() => deleteRow(db, "part", 1)).toThrow(/2 rows were written/);
  expect(() => updateColumn(db, "part", 7, "id", "c")).toThrow(/0 rows were written/);
  db.close();
});

describe("triggers", () => {
  const TRIGGER =
    "create table secret (x); insert into secret values (1); create trigger t after update on PART begin delete from secret; end;";

  test("are told with the plan, and a repair is refused", async () => {
    const path = dir.path("trigger.db");
    damagedCopy(path, "opencode", NO_TOKENS + TRIGGER);
    const before = stateOf(path);
    const { plan } = await prepareRepair(path, {}, {});
    expect(plan.obstacles).toEqual([expect.stringMatching(/t of part/i)]);
    const told = doctor("repair", path);
    expect(told.stderr).toMatch(/has a trigger/);
    for (const way of ["--backup", "--undo-only", "--no-backup"]) {
      const { status, stderr } = doctor("repair", path, way, "--yes");
      expect(status).toBe(2);
      expect(stderr).toMatch(/its changes could not be undone/);
    }
    expect(stateOf(path)).toBe(before);
  });

  test("stop an undo, too", async () => {
    const path = dir.path("trigger-later.db");
    damagedCopy(path, "opencode", NO_TOKENS);
    const { plan } = await prepareRepair(path, {}, {});
    const { journal } = await applyPlan(path, plan, { backup: false });
    runSql(path, TRIGGER);
    await expect(undo(path, String(journal), true)).rejects.toMatchObject({ code: "REFUSED" });
  });

  test.each(["after delete on part", 'insert on "part"'])(
    "that the writes of a repair do not run do not matter: %s",
    async (event) => {
      const path = dir.path(`trigger ${event.replace(/\W/g, " ")}.db`);
      damagedCopy(path, "opencode", NO_TOKENS + TRIGGER.replace("after update on PART", event));
      const { plan } = await prepareRepair(path, {}, {});
      expect(plan.obstacles).toBeUndefined();
      const { journal, rows } = await applyPlan(path, plan, { backup: false });
      expect(rows).toBe(1);
      expect((await undo(path, String(journal), true)).rows).toBe(1);
    },
  );

  test("of other tables do not matter", async () => {
    const path = dir.path("trigger-elsewhere.db");
    damagedCopy(path, "opencode", NO_TOKENS + TRIGGER.replace("PART", "account"));
    const { plan } = await prepareRepair(path, {}, {});
    expect(plan.obstacles).toBeUndefined();
    expect((await applyPlan(path, plan, { backup: false })).rows).toBe(1);
  });
});

test("text in another encoding is reported, not repaired", async () => {
  const path = dir.path("utf16.db");
  const source = dir.path("utf8.db");
  damagedCopy(source, "opencode", NO_TOKENS);
  const { default: Sqlite } = await import("better-sqlite3");
  const db = new Sqlite(path);
  db.pragma("encoding = 'UTF-16le'");
  const from = openForWriting(source);
  const tables = from
    .prepare("select name, sql from sqlite_schema where type = 'table' and name not like 'sqlite_%'")
    .all() as { name: string; sql: string }[];
  db.pragma("foreign_keys = off");
  for (const { name, sql } of tables) {
    db.exec(sql);
    for (const row of from.prepare(`select * from "${name}"`).raw().all() as unknown[][])
      db.prepare(`insert into "${name}" values (${row.map(() => "?").join(", ")})`).run(...row);
  }
  from.close();
  db.close();
  expect((await scan(path)).findings.map(({ rule }) => rule)).toContain("invalid-part");
  await expect(prepareRepair(path, {}, {})).rejects.toMatchObject({
    code: "UNSUPPORTED",
    message: expect.stringContaining("UTF-16le"),
  });
});

describe("a saved plan", () => {
  const path = dir.path("planned.db");
  damagedCopy(path, "opencode", NO_TOKENS);
  const state = stateOf(path);

  async function saved(edit: (plan: Draft) => void): Promise<string> {
    const { plan } = await prepareRepair(path, {}, {});
    const copy: Draft = JSON.parse(JSON.stringify(plan));
    edit(copy);
    const file = dir.path("plan.json");
    writeFileSync(file, JSON.stringify(copy));
    return file;
  }
  const evil = { id: "evil", worktree: "/", time_created: 1, time_updated: 1, sandboxes: "[]" };
  const inserted = { kind: "insert", table: "project", id: "evil", session: null, rules: [], values: evil };

  test.each<[string, (plan: Draft) => void]>([
    [
      "an inserted project",
      (plan) => Object.assign(plan.sessions[0], { session: null, operations: [inserted] }),
    ],
    ["one more operation", (plan) => plan.sessions[0].operations.push(inserted)],
    [
      "a replaced content",
      (plan) => Object.assign(plan.sessions[0].operations[0], { edits: [{ replace: "{}" }] }),
    ],
    ["the row number", (plan) => Object.assign(plan.sessions[0].operations[0], { columns: { rowid: 5 } })],
    ["a session that is not there", (plan) => Object.assign(plan.sessions[0], { session: "ses_none" })],
  ])("with %s that this version would not write is refused", async (_, edit) => {
    const { status, stderr } = doctor("repair", path, "--plan", await saved(edit), "--undo-only", "--yes");
    expect(status).toBe(2);
    expect(stderr).toMatch(
      /changed after the plan was made, or the plan itself was edited|no session ses_none/,
    );
    expect(stateOf(path)).toBe(state);
  });

  test.each<[string, (plan: Draft) => void]>([
    ["sessions that are none", (plan) => Object.assign(plan, { sessions: [null] })],
    ["providers that are none", (plan) => Object.assign(plan.terms, { providers: 5 })],
    ["a provider that is not known", (plan) => Object.assign(plan.terms, { providers: ["\u001b[31m"] })],
    ["a version that is none", (plan) => Object.assign(plan.terms, { hostVersion: "\u001b]0;x\u0007" })],
    ["options that are none", (plan) => Object.assign(plan, { options: { unsafe: "yes" } })],
    ["no terms", (plan) => Object.assign(plan, { terms: null })],
  ])("with %s is none", async (_, edit) => {
    const { status, stderr } = doctor("repair", path, "--plan", await saved(edit), "--undo-only", "--yes");
    expect(status).toBe(2);
    expect(stderr).toContain("not a saved plan of this version");
  });

  test("that applies to other words prints nothing of them", async () => {
    const file = await saved((plan) =>
      Object.assign(plan, { kind: "\u001b[31mevil", database: "\u001b[31m" }),
    );
    const copy = dir.path("copy.db");
    damagedCopy(copy, "opencode", NO_TOKENS);
    expect(doctor("repair", copy, "--plan", file, "--undo-only", "--yes", "--quiet").status).toBe(0);
  });
});

test("applyPlan itself writes only what repairs write", async () => {
  const path = dir.path("applied.db");
  damagedCopy(path, "opencode", NO_TOKENS);
  const before = stateOf(path);
  const { plan } = await prepareRepair(path, {}, {});
  const [session] = plan.sessions;
  const forged = (operation: object): RepairPlan =>
    JSON.parse(
      JSON.stringify({ ...plan, sessions: [{ ...session, session: null, operations: [operation] }] }),
    );
  const insert = { kind: "insert", id: "e", session: null, rules: [] };
  for (const operation of [
    { ...insert, table: "account", values: { id: "e" } },
    { ...insert, table: "session", values: { id: "e" } },
    { ...insert, table: "part", values: { id: "e", rowid: 1 } },
    { ...insert, table: "part", values: { 'id") --': "e" } },
  ])
    await expect(applyPlan(path, forged(operation), { backup: false })).rejects.toMatchObject({
      code: "REFUSED",
    });
  expect(stateOf(path)).toBe(before);
});
