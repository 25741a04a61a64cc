import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { isObject } from "../../../src/model/text.js";
import { applyLines } from "../../../src/repair/lines.js";
import { undoLines } from "../../../src/repair/restore-lines.js";
import { scratch } from "../../support/fixtures.js";
import { healthyLines, lineFixtures, operationsOf, planned, scanned } from "../../support/lines.js";

const dir = scratch();
afterAll(dir.remove);

/** The session as versions before the lines kept it: one document, on many lines. */
function asDocument(lines: string | Buffer, kind = "main"): string {
  const rows = lines
    .toString()
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  const messages = rows.filter((row) => typeof row.id === "string");
  return `${JSON.stringify({ ...rows[0], kind, messages }, null, 2)}\n`;
}

const fixture = lineFixtures().find(({ name }) => name === "missing-tool-result.gemini.error");
const damaged = fixture?.bytes.toString() ?? "";
const errors = (path: string) => scanned(path).filter(({ severity }) => severity === "error");

function written(name: string, text: string): string {
  const path = dir.path(name);
  writeFileSync(path, text);
  return path;
}

test("a whole session is clean, and has its messages", () => {
  const path = written("whole.json", asDocument(healthyLines("gemini")));
  expect(scanned(path).filter(({ severity }) => severity !== "info")).toEqual([]);
  expect(operationsOf(planned(path))).toEqual([]);
});

test("a call without a result is found, mended in its place, and undone byte for byte", async () => {
  const path = written("damaged.json", asDocument(damaged));
  const before = readFileSync(path, "utf8");
  expect(errors(path).map(({ rule }) => rule)).toEqual(["missing-tool-result"]);
  const { journal } = applyLines(path, planned(path), { backup: false, force: true });
  const after = readFileSync(path, "utf8");
  expect([errors(path), operationsOf(planned(path))]).toEqual([[], []]);
  expect(after.startsWith('{\n  "sessionId"')).toBe(true);
  const messages = (text: string) => JSON.parse(text).messages.filter(isObject).length;
  expect(messages(after)).toBe(messages(before));
  await undoLines(path, journal ?? "", true);
  expect(readFileSync(path, "utf8")).toBe(before);
});

test("nobody resumes the session of a sub-agent, or a document that was turned into lines", () => {
  const ofSubagent = written("agent.json", asDocument(damaged, "subagent"));
  const turned = written("turned.json", asDocument(damaged));
  written("turned.jsonl", damaged);
  expect([errors(ofSubagent), errors(turned)]).toEqual([[], []]);
});
