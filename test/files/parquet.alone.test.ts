import { readFileSync, writeFileSync } from "node:fs";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, expect, test, vi } from "vitest";
import { scan } from "../../src/index.js";
import { scratch } from "../support/fixtures.js";
import { DAMAGED, HEALTHY, text } from "../support/logged.js";
import { run } from "../support/run.js";

const dir = scratch();
afterAll(dir.remove);

/** Makes a Parquet file of these rows, as DuckDB reads them from lines. */
async function parquet(name: string, rows: readonly unknown[]): Promise<string> {
  const lines = dir.path(`${name}.jsonl`);
  const path = dir.path(`${name}.parquet`);
  writeFileSync(lines, rows.map((row) => `${text(row)}\n`).join(""));
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  await connection.run(`copy (from read_json('${lines}')) to '${path}' (format parquet)`);
  connection.closeSync();
  return path;
}

const chat = (calls: boolean) => ({
  model: "gpt-5",
  messages: [
    { role: "user", content: "a" },
    ...(calls
      ? [
          {
            role: "assistant",
            tool_calls: [{ id: "call_1", type: "function", function: { name: "read", arguments: "{}" } }],
          },
        ]
      : []),
    { role: "tool", tool_call_id: "call_1", content: "b" },
  ],
});

test("requests in columns of structures: null is absent, and findings name the row", async () => {
  const path = await parquet("chat", [chat(true), chat(false), chat(true)]);
  const { findings, inputs } = await scan(path, { now: 0 });
  expect(inputs[0]).toMatchObject({ kind: "request", status: "ok", counts: { sessions: 3 } });
  expect(
    findings
      .filter(({ severity }) => severity === "error")
      .map(({ rule, location }) => [rule, location?.line]),
  ).toEqual([["orphan-tool-result", 2]]);
});

test("bodies in columns of text, as logs keep them", async () => {
  const rows = [HEALTHY, DAMAGED].map((body, at) => ({ custom_id: `${at}`, body: text(body) }));
  const { findings } = await scan(await parquet("log", rows), { now: 0 });
  expect(findings.map(({ rule, location }) => [rule, location?.line])).toEqual([["missing-tool-result", 2]]);
});

test("a Parquet file is not written, and a broken one is told in one line", async () => {
  const path = await parquet("kept", [chat(false)]);
  const before = readFileSync(path);
  const { code, stderr } = await run(["repair", path, "--output", dir.path("copy.json")]);
  expect([code, stderr]).toEqual([2, expect.stringContaining("is read, not written")]);
  expect(readFileSync(path).equals(before)).toBe(true);
  writeFileSync(dir.path("broken.parquet"), before.subarray(0, 100));
  const { inputs } = await scan(dir.path("broken.parquet"), { now: 0 });
  expect(inputs[0]?.error?.message).toMatch(/broken\.parquet: DuckDB cannot read it \([^\n]+\)$/);
});

test("without DuckDB one line says how to get it", async () => {
  vi.doMock("@duckdb/node-api", () => {
    throw new Error("not installed");
  });
  const { inputs } = await scan(dir.path("kept.parquet"), { now: 0 });
  expect(inputs[0]?.error?.message).toContain("which is not installed; npm i @duckdb/node-api");
});
