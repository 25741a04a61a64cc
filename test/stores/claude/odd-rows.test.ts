import { readFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import type { JsonObject } from "../../../src/model/conversation.js";
import { applyLines } from "../../../src/repair/lines.js";
import { scratch } from "../../support/fixtures.js";
import { healthyLines, placeLines, planned, scanned } from "../../support/lines.js";

const dir = scratch();
afterAll(dir.remove);

const rows = healthyLines("claude")
  .toString()
  .trimEnd()
  .split("\n")
  .map((row): JsonObject => JSON.parse(row));
const END = rows.findLastIndex(({ type }) => type === "assistant");
const end = rows[END] ?? {};
const id = (last: string) => `00000000-0000-4000-8000-0000000000${last}`;

const bytesOf = (all: readonly unknown[]) => all.map((row) => `${JSON.stringify(row)}\n`).join("");
const wordsOf = (path: string) => scanned(path).map(({ rule, severity }) => `${severity} ${rule}`);

let number = 0;
/** The findings where these rows stand before the last answer, each below the one before. */
function found(inserted: readonly JsonObject[]): string[] {
  const chain = inserted.map((row, at) => ({
    ...row,
    uuid: id(`f${at}`),
    parentUuid: at === 0 ? end.parentUuid : id(`f${at - 1}`),
  }));
  const below = { ...end, parentUuid: id(`f${inserted.length - 1}`) };
  const all = [...rows.slice(0, END), ...chain, below, ...rows.slice(END + 1)];
  return wordsOf(placeLines(dir.path(`run ${number++}`), "claude", bytesOf(all)));
}
const piece = (content: JsonObject): JsonObject => ({
  ...end,
  message: { ...(end.message as JsonObject), content: [content] },
});

test("tools that ran at the service, and documents that are no files, go back as they are", () => {
  const call = { type: "server_tool_use", id: "srvtoolu_1", name: "web_search", input: { query: "x" } };
  const result = { type: "web_search_tool_result", tool_use_id: "srvtoolu_1", content: [] };
  const document = { type: "document", source: { type: "text", media_type: "text/plain", data: "x" } };
  expect(found([piece(call), piece(result), piece(document)])).toEqual([]);
});

test("a piece of an unknown kind is not taken for healthy", () => {
  expect(found([piece({ type: "weird" })])).toEqual(["error unknown-block"]);
});

test.each([{ role: "user", content: null }, { role: "user", content: 5 }, undefined])(
  "a prompt with the message %j gets the text that was queued",
  (message) => {
    const at = rows.findLastIndex(
      ({ type, message }) => type === "user" && typeof (message as JsonObject)?.content === "string",
    );
    const { message: said, ...rest } = rows[at] ?? {};
    const damaged = rows.with(at, message === undefined ? rest : { ...rest, message });
    const path = placeLines(dir.path(`run ${number++}`), "claude", bytesOf(damaged));
    expect(wordsOf(path)).toEqual(["error invalid-message"]);
    applyLines(path, planned(path), { backup: false, force: true });
    expect(wordsOf(path)).toEqual([]);
    const mended = readFileSync(path, "utf8")
      .trimEnd()
      .split("\n")
      .map((row): JsonObject => JSON.parse(row));
    expect(mended[at]?.message).toEqual(said);
  },
);

test("rows of progress, which earlier versions wrote into the tree, hide nothing", () => {
  const { message: _, ...rest } = end;
  expect(found([{ ...rest, type: "progress", data: { type: "bash_progress" } }])).toEqual([]);
});
