import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import type { JsonObject } from "../../../src/model/conversation.js";
import { applyLines } from "../../../src/repair/lines.js";
import { scratch } from "../../support/fixtures.js";
import { lineFixtures, operationsOf, placeLines, planned, scanned } from "../../support/lines.js";

const dir = scratch();
afterAll(dir.remove);

/** A session in which a second process asked about the licence, beside the prompt about the README. */
const forked =
  lineFixtures()
    .find(({ name }) => name === "lost-history.claude.branch.error")
    ?.bytes.toString() ?? "";
const rows = forked
  .trimEnd()
  .split("\n")
  .map((line): JsonObject => JSON.parse(line));
const said = (row: JsonObject) => JSON.stringify(row.message ?? null);
const idOf = (text: string, all = rows) => String(all.find((row) => said(row).includes(text))?.uuid);
const OTHER = idOf("And the licence?");
const READ = idOf("How long is the README?");
const END = idOf("Twelve lines.");

/** A row as the program wrote the prompt about the licence, with other keys. */
const rowLike = (uuid: string, parentUuid: string, message: JsonObject, timestamp: string) => ({
  ...rows.at(-1),
  uuid,
  parentUuid,
  message,
  timestamp,
});
const id = (last: string) => `00000000-0000-4000-8000-0000000000${last}`;
const prompt = (last: string, parent: string, text: string) =>
  rowLike(id(last), parent, { role: "user", content: text }, "2026-01-05T10:00:00.000Z");
const leaf = (row: string, text: string) => ({
  ...rows.findLast(({ type }) => type === "last-prompt"),
  leafUuid: row,
  lastPrompt: text,
});

let number = 0;
/** Mends the session with more rows behind it. Answers with the prompts of the way from the leaf up to the root, root first. */
function mendedWay(more: readonly JsonObject[], from: string): string[] {
  const path = placeLines(dir.path(`run ${number++}`), "claude", forked);
  writeFileSync(path, `${forked.trimEnd()}\n${more.map((row) => `${JSON.stringify(row)}\n`).join("")}`);
  applyLines(path, planned(path), { backup: false, force: true });
  expect(scanned(path).filter(({ severity }) => severity !== "info")).toEqual([]);
  expect(operationsOf(planned(path))).toEqual([]);
  const mended = readFileSync(path, "utf8").trimEnd().split("\n");
  const all = mended.map((line): JsonObject => JSON.parse(line));
  const way: string[] = [];
  for (let at: unknown = from; typeof at === "string"; ) {
    way.unshift(at);
    at = all.find(({ uuid }) => uuid === at)?.parentUuid;
  }
  return way.filter((row) => [OTHER, READ, id("f1"), id("f2"), id("f3")].includes(row));
}

test("a branch behind which the program went on with another goes before the next prompt", () => {
  const more = [prompt("f1", END, "And now?"), leaf(id("f1"), "And now?")];
  expect(mendedWay(more, id("f1"))).toEqual([READ, OTHER, id("f1")]);
});

test("two such branches go before the same prompt, one behind the other", () => {
  const fork = String(rows.find(({ uuid }) => uuid === OTHER)?.parentUuid);
  const more = [
    prompt("f2", fork, "And the tests?"),
    prompt("f1", END, "And now?"),
    leaf(id("f1"), "And now?"),
  ];
  expect(mendedWay(more, id("f1"))).toEqual([READ, OTHER, id("f2"), id("f1")]);
});

test("a branch that began in the last turn of the resumed one goes before the prompt of that turn", () => {
  const content = [{ type: "text", text: "Blank ones left out." }];
  const message = {
    id: "msg_f3",
    role: "assistant",
    model: "claude-opus-5-5",
    content,
    stop_reason: "end_turn",
  };
  const answer = { ...rowLike(id("f3"), END, message, "2026-01-05T10:00:00.000Z"), type: "assistant" };
  const more = [answer, leaf(id("f3"), "How long is the README?")];
  expect(mendedWay(more, id("f3"))).toEqual([OTHER, READ, id("f3")]);
});
