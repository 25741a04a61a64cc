import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { openForWriting } from "../../src/files/sqlite.js";
import { applyPlan } from "../../src/repair/apply.js";
import { prepareRepair } from "../../src/repair/prepare.js";
import { beside, doctor, freshCopy } from "../support/faults.js";
import { damagedCopy, FIXTURES, scratch } from "../support/fixtures.js";

const dir = scratch();
afterAll(dir.remove);

const nest = (levels: number) => `,"x":${"[".repeat(levels)}${"]".repeat(levels)}}`;
const MB_40 = "json_object('type', 'text', 'text', replace(hex(zeroblob(20000000)), '00', 'aé'))";

/** The fixture of seven damaged sessions, with one more row that cannot be edited. */
function withDeepRow(name: string, levels: number): string {
  const path = freshCopy(`${FIXTURES}/damaged.db`, dir.path(name));
  const db = openForWriting(path);
  const rowid = db
    .prepare("select max(rowid) from part where data ->> '$.type' = 'step-finish'")
    .pluck()
    .get();
  const { tokens: _, ...data } = JSON.parse(
    String(db.prepare("select data from part where rowid = ?").pluck().get(rowid)),
  );
  db.prepare("update part set data = ? where rowid = ?").run(
    JSON.stringify(data).slice(0, -1) + nest(levels),
    rowid,
  );
  db.close();
  return path;
}

test.each([1100, 6000, 120_000])(
  "a row that is nested %d levels deep is skipped, and all others are mended",
  async (levels) => {
    const plain = freshCopy(`${FIXTURES}/damaged.db`, dir.path(`plain-${levels}.db`));
    const whole = await prepareRepair(plain, {}, {});
    const path = withDeepRow(`deep-${levels}.db`, levels);
    const { plan } = await prepareRepair(path, {}, {});
    const skipped = [...plan.sessions].flatMap((session) => session.skipped ?? []);
    expect(skipped).toEqual([
      expect.objectContaining({ table: "part", reason: expect.stringContaining("nested more deeply") }),
    ]);
    const { rows } = await applyPlan(path, plan, { backup: false });
    expect(rows).toBe([...whole.plan.sessions].flatMap(({ operations }) => operations).length);
    // Its finding stays, and the second run has nothing to write.
    expect(
      [...(await prepareRepair(path, {}, {})).plan.sessions].flatMap(({ operations }) => operations),
    ).toEqual([]);
    expect(doctor("repair", path, "--undo-only", "--yes").status).toBe(1);
  },
);

test("an export leaves rows out that it cannot hold, says so, and ends with 2", () => {
  const path = withDeepRow("export.db", 6000);
  const db = openForWriting(path);
  const session = db.prepare("select session_id from part order by rowid desc limit 1").pluck().get();
  const parts = db.prepare("select count(*) from part where session_id = ?").pluck().get(session);
  db.close();
  for (const redact of [[], ["--redact"]]) {
    const file = dir.path("export.json");
    const { status, stderr } = doctor(
      "export",
      path,
      "--session",
      String(session),
      "--output",
      file,
      ...redact,
    );
    expect(status, stderr).toBe(2);
    expect(stderr).toMatch(/^left out: part \S+ \(its JSON is nested more than 2000 levels deep\)/);
    const { messages } = JSON.parse(readFileSync(file, "utf8"));
    expect(messages.flatMap((message: { parts: unknown[] }) => message.parts)).toHaveLength(
      Number(parts) - 1,
    );
  }
});

test("a JSON line that is nested too deeply stays as it is, and the others are mended", () => {
  const body = readFileSync(`${FIXTURES}/json/broken-orphan-result.json`, "utf8");
  const line = JSON.stringify(JSON.parse(body));
  const exported = JSON.stringify(
    JSON.parse(readFileSync(`${FIXTURES}/json/healthy-opencode-export.json`, "utf8")),
  );
  const at = exported.indexOf('"type":"text"');
  const deep = `${exported.slice(0, at)}"y":${"[".repeat(9000)}${"]".repeat(9000)},${exported.slice(at)}`;
  const file = dir.path("lines.jsonl");
  writeFileSync(file, `${line}\n${deep}\n${line}\n`);
  const target = dir.path("mended.jsonl");
  const { status, stderr } = doctor("repair", file, "--output", target);
  expect(status).toBe(2);
  expect(stderr).toMatch(/line 2: holds JSON that is nested too deeply/);
  const [first, second, third] = readFileSync(target, "utf8").split("\n");
  expect(second).toBe(deep);
  expect(first).toBe(third);
  expect(first).not.toBe(line);
  const scanned = doctor("scan", file, "--quiet");
  expect(scanned.stderr).not.toContain("call stack");
});

describe("a row over 32 MB", () => {
  const NO_TOKENS =
    "update part set data = json_remove(data, '$.tokens') where rowid = (select rowid from part where data ->> '$.type' = 'step-finish' limit 1);";

  test("in a session is not opened: the rest of it is mended", async () => {
    const path = dir.path("large.db");
    damagedCopy(
      path,
      "opencode",
      `${NO_TOKENS} insert into part select id || '0', message_id, session_id, time_created, time_updated, ${MB_40} from part where data ->> '$.type' = 'text' limit 1`,
    );
    const { plan, input } = await prepareRepair(path, {}, {});
    expect(input.status).toBe("partial");
    expect((await applyPlan(path, plan, { backup: false })).rows).toBe(1);
    const file = dir.path("large.json");
    const { status, stderr } = doctor("export", path, "--output", file);
    expect(status).toBe(2);
    expect(stderr).toMatch(/bytes: a row over 32 MB is sized, not opened/);
    expect(readFileSync(file).length).toBeLessThan(1e6);
  });

  test("without an owner stays, and says why", async () => {
    const path = dir.path("large-orphan.db");
    damagedCopy(
      path,
      "opencode",
      `pragma foreign_keys = off; insert into part select 'prt_large', 'msg_gone', session_id, 1, 1, ${MB_40} from part limit 1; insert into part values ('prt_small', 'msg_gone', 'x', 1, 1, '{}')`,
    );
    const { plan } = await prepareRepair(path, {}, {});
    const [orphans] = plan.sessions;
    expect(orphans?.operations.map(({ id }) => id)).toEqual(["prt_small"]);
    expect(orphans?.skipped).toEqual([
      { rule: "orphan-row", table: "part", id: "prt_large", reason: "a row over 32 MB is sized, not opened" },
    ]);
  });
});

describe("a row whose number is beyond 2^53", () => {
  test("stays, and no other row is taken for it", async () => {
    const path = dir.path("numbers.db");
    damagedCopy(
      path,
      "opencode",
      `pragma foreign_keys = off;
       insert into part (rowid, id, message_id, session_id, time_created, time_updated, data) select 9007199254740992, 'prt_healthy', message_id, session_id, time_created, time_updated, data from part where data ->> '$.type' = 'text' limit 1;
       insert into part (rowid, id, message_id, session_id, time_created, time_updated, data) values (9007199254740993, 'prt_orphan', 'msg_gone', 'x', 1, 1, 42)`,
    );
    const { plan } = await prepareRepair(path, {}, {});
    expect([...plan.sessions].flatMap(({ operations }) => operations)).toEqual([]);
    expect([...plan.sessions].at(-1)?.skipped?.[0]?.reason).toContain("2^53");
  });
});

describe("a table of a fork with rules of its own", () => {
  const FIRST = "(select id from message order by time_created limit 1)";
  const NO_PROMPT = `pragma foreign_keys = off; delete from part where message_id = ${FIRST}; delete from message where id = ${FIRST};`;
  const NO_TOKENS =
    "update part set data = json_remove(data, '$.tokens') where rowid = (select max(rowid) from part where data ->> '$.type' = 'step-finish');";

  test("that asks for a value which no repair knows: that repair is skipped, others are made", async () => {
    const path = dir.path("not-null.db");
    damagedCopy(
      path,
      "opencode",
      `${NO_PROMPT} ${NO_TOKENS}
       create table m (id text primary key, session_id text, time_created integer, time_updated integer, data text, owner text not null);
       insert into m select *, 'x' from message; drop table message; alter table m rename to message`,
    );
    const { plan } = await prepareRepair(path, { providers: ["gemini"] }, {});
    expect([...plan.sessions][0]?.skipped?.[0]?.reason).toContain(
      "NOT NULL constraint failed: message.owner",
    );
    expect((await applyPlan(path, plan, { backup: false })).rows).toBeGreaterThan(0);
  });

  test("that refuses what a repair writes: the conversation is skipped and told, nothing else", async () => {
    const path = freshCopy(`${FIXTURES}/damaged.db`, dir.path("check.db"));
    const { plan: whole } = await prepareRepair(path, {}, {});
    const refused = [...whole.sessions].find(({ operations }) =>
      operations.some(({ kind, table }) => kind === "update" && table === "part"),
    );
    const row = refused?.operations.find(({ kind, table }) => kind === "update" && table === "part");
    const db = openForWriting(path);
    const { data } = db.prepare("select data from part where id = ?").get(row?.id) as { data: string };
    db.exec(`create table p (id text primary key, message_id text, session_id text, time_created integer, time_updated integer, data text, check (id <> '${row?.id}' or length(data) = ${data.length}));
      insert into p (rowid, id, message_id, session_id, time_created, time_updated, data) select rowid, * from part; drop table part; alter table p rename to part`);
    db.close();
    const { plan } = await prepareRepair(path, {}, {});
    const done = await applyPlan(path, plan, { backup: true });
    expect(done.skipped).toEqual([
      { session: refused?.session, reason: expect.stringContaining("CHECK constraint failed") },
    ]);
    expect(done.sessions).toHaveLength(
      [...whole.sessions].filter(({ operations }) => operations.length > 0).length - 1,
    );
    expect(done.rows).toBeGreaterThan(0);
  });

  test("that refuses all of it: nothing is written and nothing is left behind", async () => {
    const path = dir.path("refused.db");
    damagedCopy(path, "opencode", NO_TOKENS);
    const db = openForWriting(path);
    const id = db
      .prepare("select id from part where data ->> '$.type' = 'step-finish' and data -> '$.tokens' is null")
      .pluck()
      .get();
    db.pragma("foreign_keys = off");
    db.exec(`create table p (id text primary key, message_id text, session_id text, time_created integer, time_updated integer, data text, check (id <> '${id}' or data -> '$.tokens' is null));
      insert into p select * from part; drop table part; alter table p rename to part`);
    db.close();
    const bytes = readFileSync(path);
    const { plan } = await prepareRepair(path, {}, {});
    const done = await applyPlan(path, plan, { backup: true });
    expect(done).toMatchObject({ rows: 0, backup: null, journal: null });
    expect(done.skipped).toHaveLength(1);
    expect(readFileSync(path).equals(bytes)).toBe(true);
    expect(beside(path)).toEqual([]);
  });
});
