import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openForWriting } from "../../src/files/sqlite.js";
import { doctorBeside, freshCopy } from "../support/faults.js";
import { FIXTURES, scratch } from "../support/fixtures.js";

/** More than a call takes arguments. */
const MANY = 130_000;
const dir = scratch();
afterAll(dir.remove);
const path = dir.path("many.db");
let session = "";

beforeAll(() => {
  const db = openForWriting(freshCopy(`${FIXTURES}/opencode.db`, path));
  const last = db
    .prepare("select * from message where data ->> '$.role' = 'assistant' order by time_created desc limit 1")
    .get() as { id: string; session_id: string; time_created: number };
  session = last.session_id;
  const insert = db.prepare("insert into part values (?, ?, ?, ?, ?, ?)");
  const add = (at: number, data: object) =>
    insert.run(
      `prt_zz${String(at).padStart(7, "0")}`,
      last.id,
      session,
      last.time_created,
      last.time_created,
      JSON.stringify(data),
    );
  db.exec("begin");
  add(0, { type: "step-start" });
  for (let at = 1; at < MANY; at++) add(at, { type: "text", text: `x${at}` });
  add(MANY, { type: "step-finish", reason: "stop", cost: 0 });
  db.exec("commit");
  db.close();
}, 120_000);

test(`${MANY} parts in one message work in every command`, async () => {
  const exported = dir.path("many.json");
  const expected: [number, ...string[]][] = [
    [1, "scan", path, "--quiet"],
    [0, "inspect", path, "--session", session, "--output", dir.path("inspect.txt")],
    [0, "replay", path, "--session", session, "--format", "json", "--output", dir.path("replay.json")],
    [0, "export", path, "--session", session, "--output", exported],
    [1, "scan", exported, "--quiet"],
    [0, "repair", exported, "--output", dir.path("mended.json"), "--quiet"],
    [0, "repair", path, "--undo-only", "--force", "--yes", "--quiet"],
  ];
  for (const [status, ...args] of expected) {
    const answer = await doctorBeside(...args);
    expect([args[0], answer.status, answer.stderr.includes("nested")]).toEqual([args[0], status, false]);
  }
  expect(readFileSync(exported).length).toBeGreaterThan(MANY * 50);
});

test(`${MANY} pieces in one message of a request work, too`, async () => {
  const content = Array.from({ length: MANY }, (_, at) => ({ type: "text", text: `x${at}` }));
  const call = { type: "tool_use", id: "a", name: "t", input: {} };
  const messages = [
    { role: "user", content },
    { role: "user", content },
    { role: "assistant", content: [...content, call] },
  ];
  const file = dir.path("request.json");
  writeFileSync(file, JSON.stringify({ model: "m", max_tokens: 1, messages }));
  for (const args of [
    ["scan", file, "--quiet"],
    ["repair", file, "--output", dir.path("request-mended.json"), "--quiet"],
  ]) {
    const { status, stderr } = await doctorBeside(...args);
    expect([args[0], stderr, status === 2]).toEqual([args[0], "", false]);
  }
});
