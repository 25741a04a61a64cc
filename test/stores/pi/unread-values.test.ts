import { readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import type { JsonObject } from "../../../src/model/conversation.js";
import { applyLines } from "../../../src/repair/lines.js";
import { scratch } from "../../support/fixtures.js";
import { healthyLines, operationsOf, placeLines, planned, scanned } from "../../support/lines.js";

const dir = scratch();
afterAll(dir.remove);

type Rows = JsonObject[];
const healthy = (): Rows =>
  healthyLines("pi")
    .toString()
    .trimEnd()
    .split("\n")
    .map((row): JsonObject => JSON.parse(row));
const bytesOf = (rows: readonly unknown[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");
const words = (path: string) => scanned(path).map(({ rule, severity }) => `${severity} ${rule}`);

/** The last message of a role. */
function last(rows: Rows, role: string): JsonObject {
  const found = rows.findLast(({ message }) => (message as JsonObject | undefined)?.role === role);
  return (found?.message ?? {}) as JsonObject;
}

let number = 0;
const place = (rows: readonly unknown[]) => placeLines(dir.path(`run ${number++}`), "pi", bytesOf(rows));

/** Values on which pi 1.6.0 crashed when it resumed the session. */
const UNREAD: [name: string, damage: (rows: Rows) => unknown][] = [
  ["an answer whose content is a text", (rows) => Object.assign(last(rows, "assistant"), { content: "x" })],
  ["an answer whose content is one piece", (rows) => Object.assign(last(rows, "assistant"), { content: {} })],
  ["a result whose content is a text", (rows) => Object.assign(last(rows, "toolResult"), { content: "x" })],
  ["a prompt whose content is a number", (rows) => Object.assign(last(rows, "user"), { content: 5 })],
  ["null among the pieces", (rows) => (last(rows, "assistant").content as unknown[]).push(null)],
  ["an answer without its usage", (rows) => delete last(rows, "assistant").usage],
  ["a row without its message", (rows) => delete rows.findLast(({ type }) => type === "message")?.message],
];

describe("values that pi fails to read", () => {
  test.each(UNREAD)("%s", (_, damage) => {
    const rows = healthy();
    damage(rows);
    const path = place(rows);
    expect(words(path)).toEqual(["error invalid-message"]);
    applyLines(path, planned(path), { backup: false, force: true });
    expect(words(path)).toEqual([]);
    expect(operationsOf(planned(path))).toEqual([]);
  });
});

describe("a last line that is no entry hides the session", () => {
  test.each([[{}], [[]], ["x"], [12]])("%j", (stray) => {
    const path = place([...healthy(), stray]);
    expect(words(path)).toEqual(["error lost-history"]);
    applyLines(path, planned(path), { backup: false, force: true });
    expect(readFileSync(path, "utf8")).toBe(bytesOf(healthy()));
  });

  test("null does not, nor does a stray line in the middle", () => {
    const [header, ...rows] = healthy();
    expect(words(place([header, {}, ...rows, null]))).toEqual([]);
  });
});
