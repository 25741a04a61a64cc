import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { openForReading, planRead } from "../../src/files/sqlite.js";
import { scan } from "../../src/index.js";
import { FIXTURES, scratch } from "../support/fixtures.js";
import { run } from "../support/run.js";

const dir = scratch();
afterAll(dir.remove);

/** Turns the order of the cells on the only page of a table round: each row is listed, and most are not found. */
function turnRound(path: string, table: string): void {
  const db = openForReading(planRead(path));
  const root = Number(db.prepare("select rootpage from sqlite_master where name = ?").pluck().get(table));
  db.close();
  const bytes = readFileSync(path);
  const page = (root - 1) * bytes.readUInt16BE(16);
  const cells = bytes.readUInt16BE(page + 3);
  const pointers = Array.from({ length: cells }, (_, at) => bytes.readUInt16BE(page + 8 + 2 * at));
  for (const [at, pointer] of pointers.reverse().entries()) bytes.writeUInt16BE(pointer, page + 8 + 2 * at);
  writeFileSync(path, bytes);
}

test.each([
  ["damaged.db", "session"],
  ["instatic.db", "ai_conversations"],
])("a page of %s in the wrong order is damage that is told, and no internal error", async (name, table) => {
  const path = dir.path(name);
  copyFileSync(join(FIXTURES, name), path);
  turnRound(path, table);
  const { inputs, findings } = await scan(path, { now: 0 });
  expect(inputs[0]?.error).toBeUndefined();
  expect(inputs[0]?.status).toBe("partial");
  expect(findings.filter(({ rule }) => rule === "integrity").length).toBeGreaterThan(0);
  const { code, stderr } = await run(["repair", path, "--no-backup", "--yes"]);
  expect(stderr).not.toContain("undefined");
  expect([0, 1, 2]).toContain(code);
});
