import { readFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { applyLines } from "../../../src/repair/lines.js";
import { scratch } from "../../support/fixtures.js";
import { healthyLines, operationsOf, placeLines, planned, scanned } from "../../support/lines.js";

const dir = scratch();
afterAll(dir.remove);

const words = (path: string) => scanned(path).map(({ rule, severity }) => `${severity} ${rule}`);

test.each(["sessionId", "projectHash"])("a later line that takes the %s away loses that key", (key) => {
  const healthy = healthyLines("gemini").toString().trimEnd();
  const path = placeLines(dir.path(key), "gemini", `${healthy}\n{"$set":{"${key}":null,"summary":"x"}}\n`);
  expect(words(path)).toEqual(["error unreadable-header"]);
  applyLines(path, planned(path), { backup: false, force: true });
  expect(words(path)).toEqual([]);
  expect(operationsOf(planned(path))).toEqual([]);
  expect(readFileSync(path, "utf8")).toBe(`${healthy}\n{"$set":{"summary":"x"}}\n`);
});
