import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { openForReading } from "../../src/files/sqlite.js";
import { scan } from "../../src/index.js";
import { applyPlan } from "../../src/repair/apply.js";
import { prepareRepair } from "../../src/repair/prepare.js";
import { damagedCopy, FIXTURES, runSql, scratch, sqlFixtures } from "../support/fixtures.js";
import { run } from "../support/run.js";
import { SHAPES } from "../support/shapes.js";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const dir = scratch();
afterAll(dir.remove);

let number = 0;
/** A Kilo database of this version with the damage of a fixture. */
function kilo(version: string, rule = "", more = ""): string {
  const path = dir.path(`kilo-${number++}.db`);
  const damage = sqlFixtures().find(({ name }) => name === `${rule}.opencode`)?.sql ?? "select 1";
  damagedCopy(path, "opencode", `update session set version = '${version}'; ${damage}`);
  runSql(path, `update session set version = '${version}'; ${more}`);
  return path;
}

/** The first column of a query. */
function ask(path: string, sql: string): unknown[] {
  const db = openForReading({ name: path });
  try {
    return db.prepare(sql).pluck().all();
  } finally {
    db.close();
  }
}

/** The rules of the errors of a path. */
async function errors(path: string, hostVersion?: string): Promise<string[]> {
  const { findings } = await scan(path, { now: NOW, ...(hostVersion && { hostVersion }) });
  return findings.filter(({ severity }) => severity === "error").map(({ rule }) => rule);
}

/** The journal of a file that has run no migration behind this one. */
const journalUpTo = (migration: string) => `delete from migration where substr(id, 1, 14) > '${migration}'`;

describe("the fork Kilo", () => {
  test.each([
    ["7.0.33", "content-after-tool-call", true],
    ["7.7.9", "content-after-tool-call", true],
    ["7.0.33", "missing-step-boundary", true],
    ["7.7.9", "missing-step-boundary", true],
    ["7.7.9", "orphan-interrupted-tool", false],
    ["7.0.33", "unanswered-compaction", true],
    ["7.7.9", "unanswered-compaction", false],
    ["7.0.33", "id-order", false],
    ["7.7.9", "id-order", true],
    ["7.7.9", "malformed-json", true],
  ])("kilo %s, %s: an error is %s (measured on the real program)", async (version, rule, isError) => {
    expect((await errors(kilo(version, rule))).includes(rule)).toBe(isError);
  });

  test.each([
    ["on both sides of the wrap", "id-order", NOW],
    ["all before the wrap", "", Date.parse("2028-10-18T12:00:00Z")],
  ])("7.7.9, prompts that it leaves out, %s: new ids bring them back", async (_, rule, now) => {
    const path = kilo("7.7.9", rule);
    const before = ask(path, "select id from message order by time_created");
    runSql(path, `update session set revert = json_object('messageID', '${before.at(-2)}')`);
    const { plan } = await prepareRepair(path, { now }, { unsafe: true });
    await applyPlan(path, plan, { backup: false });
    const after = ask(path, "select id from message order by time_created");
    expect([after.length, [...after].sort()]).toEqual([before.length, after]);
    expect(ask(path, "select revert ->> '$.messageID' from session")).toEqual([after.at(-2)]);
    const lost =
      "select id from part where message_id not in ids union select id from message where data ->> '$.parentID' not in ids";
    expect(ask(path, `with ids as (select id from message) ${lost}`)).toEqual([]);
    runSql(path, "update session set revert = null");
    expect((await scan(path, { now })).findings.filter((one) => one.severity === "error")).toEqual([]);
    const { stdout } = await run(["replay", path, "--format", "json", "--now", new Date(now).toISOString()]);
    expect(JSON.parse(stdout).verdict).toBe("accepted");
    expect((await prepareRepair(path, { now }, { unsafe: true })).plan.sessions.length).toBe(0);
  });

  test("7.7.9 leaves out prompts whose ids sort behind that of the next one, and their replies", async () => {
    // The ids wrap between this time and the last message.
    const now = Date.parse("2028-10-18T12:00:00Z");
    const behindWrap = async (version: string) => {
      const { findings } = await scan(kilo(version), { now, hostVersion: version });
      return findings
        .filter(({ severity }) => severity === "error")
        .map(({ rule, effects }) => [rule, effects]);
    };
    expect(await behindWrap("7.7.9")).toEqual([
      ["id-order", [expect.objectContaining({ target: "kilo", effect: "lost" })]],
    ]);
    expect(await behindWrap("1.18.34")).toEqual([]);
    const path = kilo("7.7.9", "id-order");
    const { stdout } = await run(["replay", path, "--format", "json", "--now", "2026-11-21T12:00:00Z"]);
    const { verdict, rows, messages } = JSON.parse(stdout);
    const held = rows.filter((id: string) => id > "msg_2");
    const sent = new Set(messages.map(({ row }: { row: string | null }) => row));
    expect([verdict, held.length > 0, rows.some((id: string) => sent.has(id))]).toEqual([
      "lost",
      true,
      false,
    ]);
  });

  test("7.7.9 loses nothing where a compaction stands in for the prompts with later ids", async () => {
    const compaction = `
      update part set data = '{"type":"compaction","auto":false}' where message_id = 'msg_1fcce2db6001gGwqlzYEiCsp6B';
      update message set data = json_set(data, '$.summary', json('true')) where id = 'msg_1fcce2e04001s63s1qGTPR7X32'`;
    expect(await errors(kilo("7.7.9", "id-order"))).toContain("id-order");
    expect(await errors(kilo("7.7.9", "id-order", compaction))).not.toContain("id-order");
  });

  test("is named with its version, and never with an import by opencode 2", async () => {
    const path = kilo("7.7.9", "malformed-json");
    const { inputs, findings } = await scan(path, { now: NOW });
    expect(inputs[0]).toMatchObject({ kind: "opencode", host: "kilo", hostVersion: "7.7.9" });
    expect(inputs[0]?.readiness).toBeUndefined();
    const targets = findings.flatMap(({ effects }) => effects.map(({ target }) => target));
    expect(targets).toContain("kilo");
    expect(targets.filter((target) => target.startsWith("opencode"))).toEqual([]);
    for (const args of [
      ["scan", path, "--size"],
      ["repair", path],
    ]) {
      const { stdout } = await run([...args, "--now", "2026-11-21T12:00:00Z"]);
      expect(stdout).toContain("kilo 7.7.9");
      expect(stdout).not.toMatch(/opencode[ -]2|opencode 1\./);
    }
  });

  test("is known by its own table where no version is recorded", async () => {
    const path = kilo("local", "", "create table kilo_board (id text)");
    const { inputs } = await scan(path, { now: NOW });
    expect(inputs[0]).toMatchObject({ host: "kilo", hostVersionFrom: "newest-known" });
  });

  test("behaves as its migrations tell where nobody measured its version", async () => {
    const rule = "content-after-tool-call";
    expect(await errors(kilo("7.3.1", rule))).toContain(rule);
    // As opencode 1.15.13, which moves the call.
    expect(await errors(kilo("7.3.1", rule, journalUpTo("20260511173437")))).not.toContain(rule);
    expect(await errors(kilo("7.3.1", rule, journalUpTo("20260213144116")))).toContain(rule);
  });

  test("is asked for by a version of its own, and opencode by one of opencode", async () => {
    const rule = "content-after-tool-call";
    const path = kilo("1.18.34", rule);
    expect(await errors(path)).not.toContain(rule);
    expect(await errors(path, "7.0.33")).toContain(rule);
    expect((await scan(path, { now: NOW, hostVersion: "7.0.33" })).inputs[0]?.host).toBe("kilo");
    expect(
      (await scan(kilo("7.0.33", rule), { now: NOW, hostVersion: "1.18.34" })).inputs[0]?.host,
    ).toBeUndefined();
  });

  test("is repaired by what is right for its version", async () => {
    const path = kilo("7.0.33", "content-after-tool-call");
    const { plan } = await prepareRepair(path, { now: NOW }, {});
    expect(plan.host).toBe("kilo");
    await applyPlan(path, plan, { backup: false, nothing: true });
    expect((await scan(path, { now: NOW })).summary).toMatchObject({ error: 0, warning: 0 });
  });

  test("writes exports that are known by their version", async () => {
    const path = dir.path("export.json");
    const text = readFileSync(join(FIXTURES, "json/healthy-opencode-export.json"), "utf8");
    writeFileSync(path, text.replace(/"version": *"[^"]*"/, '"version": "7.7.9"'));
    expect((await scan(path, { now: NOW })).inputs[0]).toMatchObject({ host: "kilo", hostVersion: "7.7.9" });
  });
});

test.each(["1.2.24", "1.18.14"])(
  "advice for %s names the first version without any effect",
  async (version) => {
    const path = dir.path(`wrap-${version}.db`);
    damagedCopy(path, "opencode", `${SHAPES["a last reply with an id of before the wrap"]?.[1]}`);
    runSql(path, `update session set version = '${version}'`);
    const { stdout } = await run(["scan", path, "--now", "2026-11-21T12:00:00Z", "--rule", "id-order"]);
    expect(stdout).toContain("upgrade opencode to 1.18.15 or later");
  },
);
