import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import type { JsonObject } from "../../../src/model/conversation.js";
import { applyLines } from "../../../src/repair/lines.js";
import { scratch } from "../../support/fixtures.js";
import { lineFixtures, placeLines, planned, scanned } from "../../support/lines.js";

const dir = scratch();
afterAll(dir.remove);

/** A session whose rewind to a message that is not there hides what stands before it. */
const hiding =
  lineFixtures()
    .find(({ name }) => name === "lost-history.gemini.error")
    ?.bytes.toString() ?? "";
const rows = hiding
  .trimEnd()
  .split("\n")
  .map((line): JsonObject => JSON.parse(line));
const rewind = rows.findIndex((row) => "$rewindTo" in row);
const isMessage = (row: JsonObject) => typeof row.id === "string";
/** As the resume wrote it: the messages that it still saw. */
const seen = rows.slice(rewind).filter(isMessage);

let number = 0;
/** The file after the repair of the session with one more line. */
function mendedWith(line: JsonObject): string[] {
  const path = placeLines(dir.path(`run ${number++}`), "gemini", hiding);
  writeFileSync(path, `${hiding.trimEnd()}\n${JSON.stringify(line)}\n`);
  applyLines(path, planned(path), { backup: false, force: true });
  expect(scanned(path).filter(({ severity }) => severity === "error")).toEqual([]);
  return readFileSync(path, "utf8").trimEnd().split("\n");
}

test("the list of a resume goes with the rewind that hid messages from it", () => {
  expect(rewind).toBeGreaterThan(0);
  expect(seen.length).toBeGreaterThan(0);
  const mended = mendedWith({ $set: { messages: seen } });
  expect(mended).toEqual(hiding.trimEnd().split("\n").toSpliced(rewind, 1));
});

test("a list with a message that was nowhere before stays", () => {
  const summary = { ...seen[0], id: "a summary" };
  const line = { $set: { messages: [summary, ...seen] } };
  expect(mendedWith(line).at(-1)).toBe(JSON.stringify(line));
});
