import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeEach, expect, test } from "vitest";
import type { JsonObject } from "../../../src/model/conversation.js";
import { applyLines } from "../../../src/repair/lines.js";
import { scratch } from "../../support/fixtures.js";
import { lineFixtures, operationsOf, placeLines, planned, scanned } from "../../support/lines.js";

const dir = scratch();
afterAll(dir.remove);

/** A session whose last line is half an answer, the child of entry 00000009. */
const torn =
  lineFixtures()
    .find(({ name }) => name === "broken-line.pi.last.error")
    ?.bytes.toString() ?? "";
const HALF = "0000000a";
let number = 0;
let path = "";
beforeEach(() => {
  path = placeLines(dir.path(`run ${number++}`), "pi", torn);
});

const prompt = (id: string, parentId: string) =>
  `\n${JSON.stringify({
    type: "message",
    id,
    parentId,
    timestamp: "2026-01-05T09:02:00.000Z",
    message: { role: "user", content: [{ type: "text", text: "go on" }], timestamp: 1767603720000 },
  })}\n`;

/** The parents by id, after a repair. */
function mendedParents(): Record<string, string> {
  applyLines(path, planned(path), { backup: false, force: true });
  expect(scanned(path).filter(({ severity }) => severity !== "info")).toEqual([]);
  expect(operationsOf(planned(path))).toEqual([]);
  const rows = readFileSync(path, "utf8").trimEnd().split("\n").slice(1);
  return Object.fromEntries(
    rows.map((row): JsonObject => JSON.parse(row)).map((row) => [row.id, row.parentId]),
  );
}

test("an entry that pi hung on the one before a half line goes behind what is left of that line", () => {
  writeFileSync(path, torn + prompt("000000f1", "00000009"));
  expect(mendedParents()).toMatchObject({ [HALF]: "00000009", "000000f1": HALF });
});

test("an entry that hangs elsewhere stays there: a person went back in the tree", () => {
  writeFileSync(path, torn + prompt("000000f1", "00000008"));
  expect(mendedParents()).toMatchObject({ [HALF]: "00000009", "000000f1": "00000008" });
});

test("a half line with children of its own is a branch of two writers: the one without the last line goes first", () => {
  const later = prompt("000000f2", HALF).replace("09:02:00", "09:09:00");
  writeFileSync(path, torn + prompt("000000f1", "00000009") + later.trimStart());
  expect(mendedParents()).toMatchObject({ "000000f1": "00000009", [HALF]: "000000f1", "000000f2": HALF });
});
