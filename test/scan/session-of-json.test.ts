import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { scan } from "../../src/index.js";
import { first } from "../../src/model/present.js";
import { FIXTURES, scratch } from "../support/fixtures.js";
import { run } from "../support/run.js";

const dir = scratch();
afterAll(dir.remove);
const EXPORT = join(FIXTURES, "json/broken-opencode-export.json");
const ID = (JSON.parse(readFileSync(EXPORT, "utf8")) as { info: { id: string } }).info.id;

async function sessionsOf(path: string, wanted: string): Promise<number> {
  const { inputs } = await scan(path, { sessions: [wanted] });
  return first(inputs).counts.sessions;
}

test("a conversation of an export is named by the beginning of its id", async () => {
  expect(await sessionsOf(EXPORT, ID.slice(0, 8))).toBe(1);
  expect((await run(["inspect", EXPORT, "--session", ID.slice(0, 8)])).code).toBe(0);
  const { stdout } = await run(["repair", EXPORT, "--session", ID.slice(0, 8)]);
  expect(stdout).toContain("To write a mended copy");
  expect((await run(["inspect", EXPORT, "--session", "ses_other"])).code).toBe(2);
});

test("of numbered requests, line 1 is not the beginning of line 10", async () => {
  const request = JSON.stringify(
    JSON.parse(readFileSync(join(FIXTURES, "json/healthy-anthropic.json"), "utf8")),
  );
  const path = dir.path("lines.jsonl");
  writeFileSync(path, `${request}\n`.repeat(12));
  expect(await sessionsOf(path, "line 1")).toBe(1);
  expect((await run(["inspect", path, "--session", "line 1"])).code).toBe(0);
});
