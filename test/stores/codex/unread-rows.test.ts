import { readFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import type { JsonObject } from "../../../src/model/conversation.js";
import { applyLines } from "../../../src/repair/lines.js";
import { scratch } from "../../support/fixtures.js";
import { healthyLines, operationsOf, placeLines, planned, scanned } from "../../support/lines.js";

const dir = scratch();
afterAll(dir.remove);

type Payloads = JsonObject[];
const rows = () =>
  healthyLines("codex")
    .toString()
    .trimEnd()
    .split("\n")
    .map((row): JsonObject => JSON.parse(row));
const words = (path: string) => scanned(path).map(({ rule, severity }) => `${severity} ${rule}`);
const lastOf = (payloads: Payloads, type: string) =>
  payloads.findLast((payload) => payload.type === type) ?? {};

/** Values on which Codex 0.171 refused the thread, or passed the row over. */
const DAMAGES: [name: string, rule: string, damage: (payloads: Payloads) => unknown][] = [
  ...["timestamp", "cwd", "originator", "cli_version"].map((key): (typeof DAMAGES)[number] => [
    `no ${key}`,
    "unreadable-header",
    ([meta]) => delete meta?.[key],
  ]),
  [
    "output null",
    "invalid-message",
    (all) => Object.assign(lastOf(all, "function_call_output"), { output: null }),
  ],
  [
    "output an object",
    "invalid-message",
    (all) => Object.assign(lastOf(all, "function_call_output"), { output: { a: 1 } }),
  ],
  [
    "content a text",
    "invalid-message",
    (all) => Object.assign(lastOf(all, "message"), { content: "It has twelve lines." }),
  ],
];

let number = 0;
test.each(DAMAGES)("%s", (_, rule, damage) => {
  const all = rows();
  damage(all.map(({ payload }) => payload as JsonObject));
  const path = placeLines(
    dir.path(`run ${number++}`),
    "codex",
    all.map((row) => `${JSON.stringify(row)}\n`).join(""),
  );
  expect(words(path)).toContain(`error ${rule}`);
  applyLines(path, planned(path), { backup: false, force: true });
  expect(words(path)).toEqual([]);
  expect(operationsOf(planned(path))).toEqual([]);
  expect(readFileSync(path, "utf8").trimEnd().split("\n")).toHaveLength(all.length);
});
