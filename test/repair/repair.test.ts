import { copyFileSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { openForWriting } from "../../src/files/sqlite.js";
import { scan } from "../../src/index.js";
import { ruleById } from "../../src/judge/rulebook.js";
import { present } from "../../src/model/present.js";
import { applyPlan } from "../../src/repair/apply.js";
import { prepareRepair } from "../../src/repair/prepare.js";
import { restoreBackup, undo } from "../../src/repair/restore.js";
import { CORPUS, damagedCopy, hasCorpus, runSql, scratch, sqlFixtures } from "../support/fixtures.js";
import { rename } from "../support/shapes.js";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const dir = scratch();
afterAll(dir.remove);

/** Every row of every table, as text: equal dumps mean equal rows. */
function dump(path: string): string {
  const db = openForWriting(path);
  const tables = db
    .prepare("select name from sqlite_master where type = 'table' and name not like 'sqlite_%' order by name")
    .pluck()
    .all() as string[];
  const rows = tables.map(
    (name) =>
      `${name}\n${JSON.stringify(db.prepare(`select rowid as _rowid, * from "${name}" order by rowid`).all())}`,
  );
  db.close();
  return rows.join("\n");
}

async function repairFile(path: string, options: { hostVersion?: string; providers?: string[] } = {}) {
  const { plan } = await prepareRepair(path, { now: NOW, ...options }, {});
  return { plan, applied: await applyPlan(path, plan, { backup: true }) };
}

/** Rules whose damage stays: nothing honest can be written. */
const STAYS = new Set([
  "role-order",
  "id-order",
  "recorded-rejection",
  "dropped-tool-error",
  "parallel-tool-calls",
  "duplicate-user-message",
  "missing-directory",
]);

test("ids of new rows are new for the whole file, though conversations are mended one by one", async () => {
  const path = dir.path("twice.db");
  const lost = "where id like 'msg_%0a2f0015ZaRihYenvCwL7'";
  const copyOf = (table: string, ...ids: string[]) =>
    `create temp table copy as select * from ${table}; update copy set session_id = 'ses_twice', ${ids.map((id) => `${id} = replace(${id}, '_1fcce', '_1fccf')`).join(", ")}; insert into ${table} select * from copy; drop table copy;`;
  damagedCopy(
    path,
    "opencode",
    `pragma foreign_keys = off;
     create temp table one as select * from session; update one set id = 'ses_twice'; insert into session select * from one;
     ${copyOf("message", "id", "data")} ${copyOf("part", "id", "message_id")}
     delete from part where message_id in (select id from message ${lost}); delete from message ${lost};
     ${rename("message where id = 'msg_1fcce0b71001FxZr0UXp4NZIgV'", "msg_1")}
     ${rename("message where id = 'msg_1fccf0b71001FxZr0UXp4NZIgV'", "msg_10")}`,
  );
  const { plan } = await repairFile(path, { providers: ["gemini"] });
  const ids = [...plan.sessions]
    .flatMap(({ operations }) => operations)
    .flatMap((operation) => (operation.kind === "insert" ? [`${operation.table} ${operation.id}`] : []));
  expect(ids.filter((id) => id.startsWith("message"))).toHaveLength(2);
  expect(new Set(ids).size).toBe(ids.length);
});

describe("detect, repair, detect nothing, repair again and change nothing", () => {
  test.each(sqlFixtures().map((fixture) => [fixture.name, fixture] as const))("%s", async (name, fixture) => {
    const path = dir.alone(`${name}.db`);
    damagedCopy(path, fixture.store, fixture.sql);
    const terms = { hostVersion: fixture.hostVersion, providers: fixture.provider ? [fixture.provider] : [] };
    const original = dump(path);
    const { applied } = await repairFile(path, terms);

    const after = await scan(path, { now: NOW, ...terms });
    const left = after.findings
      .filter((finding) => finding.severity !== "info" || finding.repair.safety === "safe")
      .filter((finding) => !STAYS.has(finding.rule) && finding.repair.safety !== "unsafe");
    expect(left).toEqual([]);
    if (!STAYS.has(fixture.rule) || name.endsWith(".parts"))
      expect(
        after.findings
          .filter(
            ({ severity, repair }) =>
              repair.safety !== "unsafe" && (severity !== "info" || repair.safety === "safe"),
          )
          .map(({ rule }) => rule),
      ).not.toContain(fixture.rule);

    const bytes = readFileSync(path);
    const again = await prepareRepair(path, { now: NOW, ...terms }, {});
    expect([...again.plan.sessions].flatMap((session) => session.operations)).toEqual([]);
    expect(readFileSync(path).equals(bytes)).toBe(true);

    if (applied.rows === 0) return;
    expect(dump(present(applied.backup))).toBe(original);
    await undo(path, present(applied.journal), false);
    expect(dump(path)).toBe(original);
    await restoreBackup(path, present(applied.backup), true);
    expect(dump(path)).toBe(original);
  });
});

test("a message whose id is of another kind is reported; nothing is made to point to it", async () => {
  const path = dir.path("foreign-id.db");
  damagedCopy(path, "opencode", rename("message where id = 'msg_1fcce0a2f0015ZaRihYenvCwL7'", "mzg_0"));
  const before = await scan(path, { now: NOW });
  await repairFile(path);
  const after = await scan(path, { now: NOW });
  expect(after.summary.error).toBeLessThanOrEqual(before.summary.error);
  const db = openForWriting(path);
  const children = db
    .prepare("select count(*) from message where data ->> '$.parentID' = 'mzg_0'")
    .pluck()
    .get();
  db.close();
  expect(children).toBe(0);
});

test("every rule that says it can be mended has a repair", () => {
  for (const fixture of sqlFixtures()) {
    const rule = present(ruleById(fixture.rule));
    if (rule.safety !== "none" && !["orphan-row", "assistant-prefill"].includes(rule.id))
      expect(rule.mend, rule.id).toBeDefined();
  }
});

describe.skipIf(!hasCorpus)("real damaged databases (skipped without the shared corpus)", () => {
  for (const store of ["opencode", "instatic"])
    test.each(hasCorpus ? readdirSync(join(CORPUS, store)).filter((name) => name.endsWith(".db")) : [])(
      `${store}/%s`,
      async (name) => {
        const path = dir.alone(name);
        copyFileSync(join(CORPUS, store, name), path);
        const original = dump(path);
        const { applied } = await repairFile(path);
        expect((await scan(path, { now: NOW })).summary).toMatchObject({ error: 0, warning: 0 });
        const db = openForWriting(path);
        expect(db.pragma("integrity_check", { simple: true })).toBe("ok");
        expect(db.pragma("foreign_key_check")).toEqual([]);
        if (store === "instatic") {
          const kinds = (
            db.prepare(readFileSync(join(CORPUS, "../facts/instatic-predicates.sql"), "utf8")).all() as {
              kind: string;
            }[]
          ).map(({ kind }) => kind);
          expect(
            kinds.filter((kind) => !kind.startsWith("info-") && kind !== "adjacent-identical-user-rows"),
          ).toEqual([]);
        }
        db.close();
        if (applied.journal) {
          await undo(path, applied.journal, false);
          expect(dump(path)).toBe(original);
        }
      },
    );
});

describe("restore", () => {
  async function repaired(name: string) {
    const path = dir.path(name);
    damagedCopy(path, "opencode", present(sqlFixtures().find(({ rule }) => rule === "stuck-tool")).sql);
    const { applied } = await repairFile(path);
    return { path, backup: present(applied.backup) };
  }

  test("takes no rows of other tables along", async () => {
    const { path, backup } = await repaired("elsewhere.db");
    runSql(path, "insert into todo select id, 'do', 'pending', 'high', 0, 0, 0 from session limit 1");
    await expect(restoreBackup(path, backup, false)).rejects.toThrow(/would be lost \(todo 1\)/);
    runSql(path, "delete from todo");
    await restoreBackup(path, backup, false);
  });

  test("takes no backup of another database", async () => {
    const { path } = await repaired("own.db");
    const foreign = dir.path("foreign.db");
    damagedCopy(foreign, "instatic", "");
    const before = dump(path);
    await expect(restoreBackup(path, foreign, false)).rejects.toThrow(/share no conversation/);
    expect(dump(path)).toBe(before);
  });
});

describe("rows without an owner", () => {
  test("go with all that belongs to them", async () => {
    const path = dir.path("orphans.db");
    damagedCopy(path, "opencode", "pragma foreign_keys = off; delete from session");
    await repairFile(path);
    const again = await prepareRepair(path, { now: NOW }, {});
    expect([...again.plan.sessions]).toEqual([]);
    expect((await scan(path, { now: NOW })).findings).toEqual([]);
  });

  test("stay where another rule is asked for", async () => {
    const path = dir.path("orphans-stay.db");
    damagedCopy(path, "opencode", "pragma foreign_keys = off; delete from session");
    const { plan } = await prepareRepair(path, { now: NOW }, { rules: ["stuck-tool"] });
    expect([...plan.sessions]).toEqual([]);
  });
});

test("the repair of a lost output leaves the metadata as it is written", async () => {
  const path = dir.path("digits.db");
  const digits = '"n":12345678901234567890,"f":1.0,"10":1,"2":2';
  damagedCopy(
    path,
    "opencode",
    `update part set data = replace(json_remove(data, '$.state.output'), '"exit":0', '${digits}') where data ->> '$.tool' = 'bash'`,
  );
  await repairFile(path);
  expect(dump(path)).toContain(JSON.stringify(digits).slice(1, -1));
  expect(dump(path)).toContain("Tool output was lost");
});

test("a prompt fits before a message whose id is of another shape", async () => {
  const path = dir.path("short-id.db");
  damagedCopy(
    path,
    "opencode",
    `pragma foreign_keys = off;
     delete from part where message_id = 'msg_1fcce0a2f0015ZaRihYenvCwL7';
     delete from message where id = 'msg_1fcce0a2f0015ZaRihYenvCwL7';
     ${rename("message where id = 'msg_1fcce0b71001FxZr0UXp4NZIgV'", "msg_1")}`,
  );
  // Anthropic takes it: no prompt is invented for it.
  expect([...(await repairFile(path)).plan.sessions].flatMap(({ operations }) => operations)).toEqual([]);
  const gemini = { providers: ["gemini"] };
  await repairFile(path, gemini);
  expect((await scan(path, { now: NOW, ...gemini })).findings.map(({ rule }) => rule)).not.toContain(
    "leading-assistant",
  );
});
