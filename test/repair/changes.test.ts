import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { differingColumns, plainChanges } from "../../src/files/changes.js";
import type { Edit } from "../../src/files/rows.js";
import { FIXTURES, scratch } from "../support/fixtures.js";
import { run } from "../support/run.js";

const dir = scratch();
afterAll(dir.remove);

test("a plan tells states, times, ids and flags, old and new", async () => {
  const path = dir.path("damaged.db");
  copyFileSync(join(FIXTURES, "damaged.db"), path);
  const { stdout } = await run(["repair", path, "--now", "2026-11-21T12:00:00Z"]);
  expect(stdout).toContain("callID  toolu_mce0_3_1 → toolu_mce0_3_1_2\n");
  expect(stdout).toContain("state.status  running → error\n");
  expect(stdout).toMatch(/state\.time\.end {2}none → \w+, 21 Nov 2026 \d\d:\d\d:\d\d\n/);
});

test("values of another shape are told by kind and length, and content not at all", () => {
  const before = {
    data: '{"time":{"completed":"some private words"},"text":"private","cost":[1]}',
    title: "a",
  };
  const after = {
    data: '{"time":{"completed":5},"text":"~","cost":0,"error":{"name":"MessageAbortedError","data":{"message":"private"}}}',
    title: "b",
  };
  const edits: Edit[] = [
    { set: "$.time", value: { completed: 5 } },
    { set: "$.text", value: "~" },
    { set: "$.cost", value: 0 },
    { set: "$.error", value: { name: "MessageAbortedError", data: { message: "private" } } },
  ];
  expect(plainChanges("data", differingColumns(before, after), before, after, edits)).toEqual([
    { at: "$.time.completed", from: "text, 18 characters", to: 5 },
    { at: "$.cost", from: "list", to: 0 },
    { at: "$.error.name", to: "MessageAbortedError" },
  ]);
});

test("columns: integers of any size, and null", () => {
  const before = { time_created: 2n ** 60n, message_id: null, data: "{}" };
  const after = { time_created: 7n, message_id: "msg_1", data: "{}" };
  expect(plainChanges("data", differingColumns(before, after), before, after, [])).toEqual([
    { at: "time_created", from: 2 ** 60, to: 7 },
    { at: "message_id", from: null, to: "msg_1" },
  ]);
});
