import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { LineFile } from "../../src/files/lines.js";
import { openForReading } from "../../src/files/sqlite.js";
import { applyPlan } from "../../src/repair/apply.js";
import { mendJson } from "../../src/repair/json.js";
import { applyLines } from "../../src/repair/lines.js";
import { prepareRepair } from "../../src/repair/prepare.js";
import { undo } from "../../src/repair/restore.js";
import { undoLines } from "../../src/repair/restore-lines.js";
import { scan } from "../../src/scan/scan.js";
import { linesStoreOf, STORES } from "../../src/stores/index.js";
import type { AnyStore } from "../../src/stores/store.js";
import { FIXTURES, runSql, scratch } from "../support/fixtures.js";
import { healthyLines, placeLines, planned, scanned } from "../support/lines.js";
import { damagedDatabase, damagedLines } from "./samples.js";
import { toy } from "./toy-store.js";

/** The promise "one folder and one line": whatever store is in the list can do all of this, by its interface alone. */
const dir = scratch();
afterAll(dir.remove);
const NOW = Date.UTC(2026, 10, 28);

const stores = [...STORES, toy];
const named = (all: readonly AnyStore[]) => all.map((store) => [store.id, store] as const);

test.each(named(stores))("%s lies in some form, and every rule of it can be told", (_, store) => {
  expect([store.database, store.document, store.lines].some((form) => form !== undefined)).toBe(true);
  for (const rule of store.rules) {
    expect(Object.values(rule.explanation).every((text) => text.length > 0)).toBe(true);
    expect(rule.mend !== undefined || rule.safety === "none" || rule.action !== undefined).toBe(true);
  }
});

describe.each(named(stores.filter(({ database }) => database)))("%s in a database", (id) => {
  test("is recognised, judged, mended, and brought back", async () => {
    const path = dir.path(`${id}.db`);
    const rule = damagedDatabase(id, path);
    const before = dump(path);
    const { plan, input } = await prepareRepair(path, { now: NOW }, {});
    expect(input.kind).toBe(id);
    expect([...plan.sessions].flatMap(({ mended }) => mended).map((finding) => finding.rule)).toContain(rule);
    const { journal } = await applyPlan(path, plan, { backup: false });
    const after = await scan(path, { now: NOW });
    expect(after.findings.filter((finding) => finding.rule === rule)).toEqual([]);
    await undo(path, journal ?? "", false);
    expect(dump(path)).toEqual(before);
  });
});

describe.each(named(stores.filter(({ document }) => document)))("%s in a document", (id) => {
  test("is recognised, judged and mended", async () => {
    const name = id === "request" ? "broken-orphan-result.json" : "broken-opencode-export.json";
    const path = dir.path(name);
    copyFileSync(join(FIXTURES, "json", name), path);
    const { findings, inputs } = await scan(path, { now: NOW });
    expect(inputs[0]?.status).toBe("ok");
    expect(findings.length).toBeGreaterThan(0);
    let text = "";
    for await (const item of mendJson(path, { now: NOW }, {}, undefined)) text += item.text;
    writeFileSync(path, text);
    expect((await scan(path, { now: NOW })).findings).toEqual([]);
  });
});

describe.each(named(stores.filter(({ lines }) => lines)))("%s in the lines of a file", (id, store) => {
  test("is recognised, judged, mended without a second change, and brought back byte by byte", async () => {
    const { text, rule } = damagedLines(id);
    const path = placeLines(dir.path(id), id, text);
    const rulesIn = () => scanned(path, NOW, [store]).map((finding) => finding.rule);
    expect(rulesIn()).toContain(rule);
    const plan = planned(path, NOW, [store]);
    expect([...plan.sessions][0]?.mended.map((finding) => finding.rule)).toContain(rule);
    const { journal, backup } = applyLines(path, plan, { backup: true, force: true }, [store]);
    expect(readFileSync(backup ?? "", "utf8")).toBe(text);
    expect(rulesIn()).toEqual([]);
    expect(planned(path, NOW, [store]).sessions).toEqual([]);
    await undoLines(path, journal ?? "", true);
    expect(readFileSync(path, "utf8")).toBe(text);
  });

  test("does not take what is of another store", () => {
    for (const other of ["healthy-anthropic.json", "healthy-openai-chat.json"]) {
      const file = new LineFile(join(FIXTURES, "json", other));
      expect(linesStoreOf(file, [store])).toBeNull();
      file.close();
    }
    for (const other of STORES.filter(({ lines }) => lines).filter((one) => one.id !== id)) {
      const path = placeLines(dir.path(`${other.id} for ${id}`), other.id, healthyLines(other.id));
      const file = new LineFile(path);
      expect(linesStoreOf(file, [store])).toBeNull();
      expect(linesStoreOf(file)?.id).toBe(other.id);
      file.close();
    }
  });
});

/** Every row of a database. */
function dump(path: string): unknown {
  runSql(path, "select 1");
  const db = openForReading({ name: path });
  const tables = db
    .prepare("select name from sqlite_master where type = 'table' order by name")
    .pluck()
    .all();
  const rows = tables.map((name) => [name, db.prepare(`select * from "${name}"`).all()]);
  db.close();
  return rows;
}
