import { copyFileSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { caseFolder } from "../support/case-folder.js";
import { FIXTURES } from "../support/fixtures.js";
import { run } from "../support/run.js";

const { at, madeBy } = caseFolder();
const EXPORT = join(FIXTURES, "json/broken-opencode-export.json");

function repaired(source: string) {
  copyFileSync(source, at("session.json"));
  return run(["repair", at("session.json"), "--backup", "--yes"]);
}

test("the backup of an export takes its place, and the repaired state is kept", async () => {
  const { stdout } = await repaired(EXPORT);
  const backup = madeBy("session.json.backup-");
  expect(stdout).toContain(`Backup:  ${backup}\nTo go back: doctor restore '${at("session.json")}'\n`);
  const mended = readFileSync(at("session.json"));
  expect(mended.equals(readFileSync(EXPORT))).toBe(false);
  const { mode } = statSync(at("session.json"));
  const done = await run(["restore", at("session.json"), "--yes"]);
  expect([done.code, done.stderr]).toEqual([0, `restoring from ${backup}\n`]);
  expect(readFileSync(at("session.json")).equals(readFileSync(EXPORT))).toBe(true);
  expect(statSync(at("session.json")).mode).toBe(mode);
  expect(readFileSync(madeBy("session.json.before-restore-")).equals(mended)).toBe(true);
});

test("captured requests, one on each line, go back too", async () => {
  const lines = ["broken-orphan-result.json", "healthy-anthropic.json"].map((name) =>
    JSON.stringify(JSON.parse(readFileSync(join(FIXTURES, "json", name), "utf8"))),
  );
  writeFileSync(at("lines.jsonl"), `${lines.join("\n")}\n`);
  await repaired(at("lines.jsonl"));
  expect((await run(["restore", at("session.json"), "--yes"])).code).toBe(0);
  expect(readFileSync(at("session.json")).equals(readFileSync(at("lines.jsonl")))).toBe(true);
});

test("a backup of another conversation is refused, and nothing is written", async () => {
  await repaired(EXPORT);
  const mended = readFileSync(at("session.json"));
  const other = JSON.stringify({ info: { id: "ses_other" }, messages: [] });
  writeFileSync(at("other.json"), other);
  const { code, stderr } = await run(["restore", at("session.json"), "--from", at("other.json"), "--yes"]);
  expect([code, stderr]).toEqual([2, expect.stringContaining("they share no conversation")]);
  expect(readFileSync(at("session.json")).equals(mended)).toBe(true);
});

test("an undo journal is refused: a document has none", async () => {
  await repaired(EXPORT);
  const { code, stderr } = await run(["restore", at("session.json"), "--undo", at("j"), "--yes"]);
  expect([code, stderr]).toEqual([2, expect.stringContaining("has no undo journal")]);
});
