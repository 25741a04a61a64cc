import { afterAll, describe, expect, test } from "vitest";
import { openForWriting } from "../../src/files/sqlite.js";
import { scan } from "../../src/index.js";
import { first, present } from "../../src/model/present.js";
import { applyPlan } from "../../src/repair/apply.js";
import { prepareRepair } from "../../src/repair/prepare.js";
import { loadReporter } from "../../src/reporters/index.js";
import { refusalsOfMessage, refusalsOfPart } from "../../src/stores/opencode/decode/strict.js";
import { damagedCopy, scratch, sqlFixtures } from "../support/fixtures.js";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const V2 =
  "create table session_v2 (id text primary key); create table kv (key text primary key, value text);";
const dir = scratch();
afterAll(dir.remove);

async function readiness(path: string) {
  return present(first((await scan(path, { now: NOW })).inputs).readiness);
}

const fixture = (name: string) => present(sqlFixtures().find((one) => one.name === name)).sql;
const cases: [string, string, { sessions: number; messages: number; parts: number }, string[]][] = [
  ["a healthy file", "select 1", { sessions: 0, messages: 0, parts: 0 }, []],
  ["a part", fixture("invalid-part.opencode"), { sessions: 0, messages: 0, parts: 1 }, ["invalid-part"]],
  [
    "a part that is no JSON",
    fixture("malformed-json.opencode"),
    { sessions: 0, messages: 0, parts: 1 },
    ["malformed-json"],
  ],
  [
    "a tool input that is no object",
    fixture("invalid-tool-input.opencode"),
    { sessions: 0, messages: 0, parts: 1 },
    ["invalid-tool-input"],
  ],
  [
    "a part of an unknown kind",
    fixture("unknown-block.opencode"),
    { sessions: 0, messages: 0, parts: 1 },
    ["unknown-block"],
  ],
  [
    "a part that names another session",
    fixture("mismatched-session.opencode"),
    { sessions: 0, messages: 0, parts: 1 },
    ["mismatched-session"],
  ],
  [
    "a message takes its parts with it",
    fixture("invalid-message.opencode"),
    { sessions: 0, messages: 1, parts: 3 },
    ["invalid-message"],
  ],
  [
    "parts without a message",
    fixture("orphan-row.opencode"),
    { sessions: 0, messages: 0, parts: 3 },
    ["orphan-row"],
  ],
  [
    "a compaction without a summary",
    fixture("unanswered-compaction.opencode"),
    { sessions: 0, messages: 1, parts: 1 },
    ["unanswered-compaction"],
  ],
  [
    "a compaction that later replies have put to rest, and the words beside it",
    fixture("unanswered-compaction.opencode.idle"),
    { sessions: 0, messages: 1, parts: 2 },
    ["unanswered-compaction"],
  ],
  [
    "one row that two rules name counts once",
    `update part set session_id = 'ses_x', data = json_remove(data, '$.time') where id = (select id from part where json_extract(data, '$.type') = 'reasoning' or json_extract(data, '$.type') = 'tool' limit 1);
     update part set data = json_remove(data, '$.state.output') where session_id = 'ses_x'`,
    { sessions: 0, messages: 0, parts: 1 },
    ["invalid-part", "mismatched-session"],
  ],
  [
    "a conversation of which nothing is left",
    "update message set data = json_remove(data, '$.time')",
    { sessions: 1, messages: 10, parts: 29 },
    ["invalid-message"],
  ],
];

describe("what the import to opencode 2 would leave out, before and after a repair", () => {
  test.each(cases)("%s", async (name, sql, dropped, rules) => {
    const path = dir.path(`${name.replaceAll(" ", "-")}.db`);
    damagedCopy(path, "opencode", sql);
    const before = await readiness(path);
    expect(before).toMatchObject({ target: "opencode-2", dropped });
    expect(Object.keys(before.byRule).sort()).toEqual(rules);
    expect(before).not.toHaveProperty("notImported");
    const { plan } = await prepareRepair(path, { now: NOW }, {});
    await applyPlan(path, plan, { backup: false, nothing: true });
    expect((await readiness(path)).dropped).toEqual({ sessions: 0, messages: 0, parts: 0 });
  });
});

test("every row that the strict reader refuses counts, in every fixture", async () => {
  for (const { name, sql, store } of sqlFixtures().filter((one) => one.store === "opencode")) {
    const path = dir.path(`strict-${name}.db`);
    damagedCopy(path, store, sql);
    const db = openForWriting(path);
    const refused = (table: string, refusals: (data: unknown) => unknown[]) =>
      (db.prepare(`select id, data from ${table}`).all() as { id: string; data: string }[]).filter((row) => {
        try {
          return refusals(JSON.parse(row.data)).length > 0;
        } catch {
          return true;
        }
      }).length;
    const messages = refused("message", refusalsOfMessage);
    const parts = refused("part", refusalsOfPart);
    db.close();
    const { dropped } = await readiness(path);
    expect(dropped.messages, name).toBeGreaterThanOrEqual(messages);
    expect(dropped.parts, name).toBeGreaterThanOrEqual(parts);
  }
});

test("the user's filters change the findings, not the count", async () => {
  const path = dir.path("filtered.db");
  damagedCopy(path, "opencode", fixture("invalid-part.opencode"));
  const report = await scan(path, { now: NOW, rules: ["id-order"] });
  expect(report.findings).toEqual([]);
  expect(report.inputs[0]?.readiness?.dropped.parts).toBe(1);
});

test("--target opencode-2 grades what is lost as an error", async () => {
  const path = dir.path("target.db");
  damagedCopy(path, "opencode", fixture("mismatched-session.opencode"));
  const grades = async (target?: "opencode-2") =>
    (await scan(path, { now: NOW, target })).findings.map(({ rule, severity }) => `${severity} ${rule}`);
  expect(await grades()).toEqual(["warning mismatched-session"]);
  expect(await grades("opencode-2")).toEqual(["error mismatched-session"]);
});

describe("a file that also holds opencode 2's tables", () => {
  test("conversations that it has not taken over are counted, by their ids alone", async () => {
    const path = dir.path("mixed.db");
    damagedCopy(path, "opencode", `${V2} ${fixture("invalid-part.opencode")}`);
    expect(await readiness(path)).toMatchObject({ notImported: 1, dropped: { parts: 1 } });
    const table = await loadReporter("table");
    const text = [
      ...table(await scan(path, { now: NOW }), { width: 80, color: false, now: NOW, show: "warning" }),
    ].join("");
    expect(text).toContain("opencode 2.0 would not import 1 part of 1 conversation");
    expect(text).toContain("opencode 2.0 has not imported 1 of 1 conversation");
  });
  test("what it has taken over cannot be lost any more", async () => {
    const path = dir.path("imported.db");
    damagedCopy(
      path,
      "opencode",
      `${V2} insert into session_v2 select id from session; ${fixture("mismatched-session.opencode")}`,
    );
    const report = await scan(path, { now: NOW, target: "opencode-2" });
    expect(report.inputs[0]?.readiness).toMatchObject({ notImported: 0, dropped: { parts: 0 } });
    expect(report.summary).toMatchObject({ error: 0, warning: 0 });
  });
  test("a repair leaves its tables alone", async () => {
    const path = dir.path("untouched.db");
    damagedCopy(
      path,
      "opencode",
      `${V2} insert into kv values ('migration.v1-v2', '{"phase":"sessions"}'); ${fixture("invalid-part.opencode")}`,
    );
    const { plan } = await prepareRepair(path, { now: NOW }, {});
    await applyPlan(path, plan, { backup: false, nothing: true });
    const db = openForWriting(path);
    expect(db.prepare("select value from kv").pluck().all()).toEqual(['{"phase":"sessions"}']);
    expect(db.prepare("select count(*) from session_v2").pluck().get()).toBe(0);
    db.close();
    expect((await readiness(path)).dropped.parts).toBe(0);
  });
});
