import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { openForWriting } from "../../src/files/sqlite.js";
import { applyPlan } from "../../src/repair/apply.js";
import { prepareRepair } from "../../src/repair/prepare.js";
import { undo } from "../../src/repair/restore.js";
import { doctor, stateOf } from "../support/faults.js";
import { damagedCopy, runSql, scratch } from "../support/fixtures.js";

const dir = scratch();
afterAll(dir.remove);

const ORPHAN =
  'pragma foreign_keys = off; insert into part select \'prt_zzz\', \'msg_gone\', session_id, 1, 1, \'{"type":"text","text":"precious"}\' from part limit 1;';
const NO_TOKENS =
  "update part set data = json_remove(data, '$.tokens') where rowid = (select rowid from part where data ->> '$.type' = 'step-finish' limit 1);";
const NEW_PART =
  'insert into part select \'prt_new\', message_id, session_id, 1, 1, \'{"type":"text","text":"y"}\' from part where id <> \'prt_zzz\' limit 1;';

async function repaired(name: string, sql: string) {
  const path = dir.path(name);
  damagedCopy(path, "opencode", sql);
  const before = stateOf(path);
  const { plan } = await prepareRepair(path, {}, {});
  const { journal } = await applyPlan(path, plan, { backup: false });
  return { path, before, journal: String(journal) };
}

function ask(path: string, sql: string): unknown[] {
  const db = openForWriting(path);
  try {
    return db.prepare(sql).safeIntegers().raw().all();
  } finally {
    db.close();
  }
}

describe("a row whose number was used again", () => {
  test("comes back under another number", async () => {
    const { path, journal } = await repaired("reused.db", ORPHAN);
    runSql(path, NEW_PART);
    expect(await undo(path, journal, false)).toMatchObject({ rows: 1, refused: [] });
    expect(
      ask(path, "select id, data ->> '$.text' from part where id in ('prt_new', 'prt_zzz') order by id"),
    ).toEqual([
      ["prt_new", "y"],
      ["prt_zzz", "precious"],
    ]);
  });

  test("is found by its id where it has moved itself", async () => {
    const { path, before, journal } = await repaired("moved.db", NO_TOKENS);
    const changed = "data ->> '$.type' = 'step-finish'";
    runSql(path, `update part set rowid = rowid + 1000 where ${changed}`);
    expect(await undo(path, journal, false)).toMatchObject({ rows: 1, refused: [] });
    runSql(path, `update part set rowid = rowid - 1000 where ${changed}`);
    expect(stateOf(path)).toBe(before);
  });

  test("by the repair itself, and changed since: the new row stays, the old one comes back", async () => {
    const { path, journal } = await repaired("own.db", ORPHAN);
    // A journal of a repair that removed a row and gave its number to a new one.
    const [head, removed] = readFileSync(journal, "utf8").split("\n");
    const { rowid, before } = JSON.parse(String(removed));
    const after = { ...before, id: ["t", "prt_new"], message_id: ["t", "msg_x"] };
    const inserted = { table: "part", rowid, id: "prt_new", rules: [], before: null, after };
    writeFileSync(journal, [head, removed, JSON.stringify(inserted), '{"end":2}', ""].join("\n"));
    runSql(path, NEW_PART);
    const { rows, refused } = await undo(path, journal, false);
    expect(rows).toBe(1);
    expect(refused).toEqual([{ table: "part", id: "prt_new", reason: "changed since the repair" }]);
    expect(ask(path, "select count(*) from part where id in ('prt_new', 'prt_zzz')")).toEqual([[2n]]);
  });
});

test("what is blocked is left and named, and the rest comes back", async () => {
  const { path, journal } = await repaired("blocked.db", ORPHAN + NO_TOKENS);
  runSql(
    path,
    `create unique index one on part (json_extract(data, '$.text')) where json_extract(data, '$.text') = 'precious';
    ${NEW_PART.replace('"y"', '"precious"')}`,
  );
  const { rows, refused } = await undo(path, journal, false);
  expect(rows).toBe(1);
  expect(refused).toEqual([{ table: "part", id: "prt_zzz", reason: expect.stringContaining("UNIQUE") }]);
  expect(
    ask(
      path,
      "select count(*) from part where data ->> '$.type' = 'step-finish' and data -> '$.tokens' is null",
    ),
  ).toEqual([[1n]]);
});

test("rows that were changed since are left and named, exit 2", async () => {
  const { path, journal } = await repaired("since.db", ORPHAN + NO_TOKENS);
  runSql(path, "update part set time_updated = 5 where data ->> '$.type' = 'step-finish'");
  const { status, stderr } = doctor("restore", path, "--undo", journal);
  expect(status, stderr).toBe(2);
  expect(ask(path, "select id from part where id = 'prt_zzz'")).toEqual([["prt_zzz"]]);
});

describe("every kind of value comes back as it was stored", () => {
  test.each([
    ["an integer beyond 2^53", "9007199254740995"],
    ["the largest integer", "9223372036854775807"],
    ["the smallest integer", "-9223372036854775808"],
    ["a REAL that is whole", "7.0"],
    ["a REAL", "0.1"],
    ["infinity", "9e999"],
    ["minus zero", "-0.0"],
    ["a BLOB", "x'00ff'"],
    ["text that is no UTF-8", "cast(x'61ff62' as text)"],
    ["text of digits", "'12'"],
    ["nothing", "null"],
  ])("%s", async (name, value) => {
    const { path, before, journal } = await repaired(
      `${name.replaceAll(/\W/g, "-")}.db`,
      `${ORPHAN} ${NO_TOKENS} alter table part add column extra; update part set extra = ${value}`,
    );
    const now = "select typeof(extra), quote(extra) from part";
    await undo(path, journal, false);
    expect(stateOf(path)).toBe(before);
    const original = dir.path("original.db");
    damagedCopy(
      original,
      "opencode",
      `${ORPHAN} alter table part add column extra; update part set extra = ${value}`,
    );
    expect(ask(path, now)).toEqual(ask(original, now));
  });

  test("times beyond 2^53 of a row that is rewritten", async () => {
    const { path, before, journal } = await repaired(
      "times.db",
      `${NO_TOKENS} update part set time_updated = 9007199254740995 where data ->> '$.type' = 'step-finish'`,
    );
    await undo(path, journal, false);
    expect(stateOf(path)).toBe(before);
    expect(ask(path, "select typeof(time_updated), max(time_updated) from part")).toEqual([
      ["integer", 9007199254740995n],
    ]);
  });
});

describe("a journal from elsewhere", () => {
  const header = (marks: string[], database = "x") =>
    JSON.stringify({ journal: 1, tool: {}, database, marks, backup: null, written: 1 });
  const cell = (text: string) => ["t", text];
  const account = {
    id: cell("e"),
    email: cell("e"),
    url: cell("u"),
    access_token: cell("PWN"),
    refresh_token: cell("r"),
    time_created: ["i", "1"],
    time_updated: ["i", "1"],
  };

  async function forged(name: string, entry: object) {
    const { path, journal } = await repaired(name, NO_TOKENS);
    const [own] = readFileSync(journal, "utf8").split("\n");
    const file = dir.path(`${name}.jsonl`);
    writeFileSync(file, [own, JSON.stringify(entry), '{"end":1}', ""].join("\n"));
    return { path, file, before: stateOf(path) };
  }
  const entry = { table: "part", rowid: 99, id: "e", rules: [] };

  test.each([
    ["an account", { ...entry, table: "account", before: account, after: null }],
    [
      "a project that no repair removes",
      { ...entry, table: "project", before: { id: cell("evil") }, after: null },
    ],
    ["a session that no repair adds", { ...entry, table: "session", before: null, after: { id: cell("x") } }],
    ["the schema", { ...entry, table: "sqlite_master", before: { sql: cell("x") }, after: null }],
    ["a table of the prototype", { ...entry, table: "constructor", before: { id: cell("x") }, after: null }],
    [
      "a column that is not there",
      { ...entry, before: { id: cell("x"), 'id") --': cell("y") }, after: null },
    ],
    ["the row number", { ...entry, before: { rowid: ["i", "1"], id: cell("x") }, after: null }],
  ])("writes nothing to %s, with --force neither", async (name, row) => {
    const { path, file, before } = await forged(`forged-${name.replaceAll(" ", "-")}`, row);
    for (const force of [false, true])
      await expect(undo(path, file, force)).rejects.toMatchObject({ code: "REFUSED" });
    expect(stateOf(path)).toBe(before);
  });

  test.each([
    ["no rows", '"text"'],
    ["no cells", JSON.stringify({ ...entry, before: { id: 5 }, after: null })],
    ["a number that is none", JSON.stringify({ ...entry, before: { id: ["i", "1;"] }, after: null })],
    [
      "a number beyond 64 bits",
      JSON.stringify({ ...entry, before: { id: ["i", "9223372036854775808"] }, after: null }),
    ],
    ["a row number that is none", JSON.stringify({ ...entry, rowid: "1 or 1", before: null, after: {} })],
    ["null", "null"],
  ])("with %s in it is refused", async (name, line) => {
    const { path, journal } = await repaired(`odd-${name.replaceAll(" ", "-")}.db`, NO_TOKENS);
    const [own] = readFileSync(journal, "utf8").split("\n");
    writeFileSync(journal, [own, line, '{"end":1}', ""].join("\n"));
    await expect(undo(path, journal, true)).rejects.toMatchObject({ code: "UNSUPPORTED" });
  });

  test("of another database is refused", async () => {
    const { path, journal } = await repaired("mine.db", NO_TOKENS);
    const [, row] = readFileSync(journal, "utf8").split("\n");
    writeFileSync(journal, [header(["0123456789abcdef"]), row, '{"end":1}', ""].join("\n"));
    await expect(undo(path, journal, false)).rejects.toThrow(/journal of another database/);
    writeFileSync(journal, [header([], "/elsewhere.db"), row, '{"end":1}', ""].join("\n"));
    await expect(undo(path, journal, false)).rejects.toThrow(/journal of another database/);
    expect(await undo(path, journal, true)).toMatchObject({ rows: 1 });
  });

  test("without a whole header is none", async () => {
    const { path, journal } = await repaired("headless.db", NO_TOKENS);
    writeFileSync(journal, '{"journal":1}\n{"end":0}\n');
    await expect(undo(path, journal, true)).rejects.toMatchObject({ code: "UNSUPPORTED" });
  });
});

test("a database that moved, journal and all, is known by its conversations", async () => {
  const { path, before, journal } = await repaired("here.db", NO_TOKENS);
  const moved = dir.path("there.db");
  renameSync(path, moved);
  await undo(moved, journal, false);
  expect(stateOf(moved)).toBe(before);
});
