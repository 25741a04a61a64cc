import { writeFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { redactedLines } from "../../src/commands/export-lines.js";
import { scratch } from "../support/fixtures.js";
import { lineFixtures, opened, placeLines, scanned } from "../support/lines.js";
import { run } from "../support/run.js";

const dir = scratch();
afterAll(dir.remove);

/** Fixtures in which every line is JSON in UTF-8: of a broken line, nothing but its being broken is kept. */
const whole = lineFixtures().filter(({ bytes }) => {
  const text = bytes.toString("utf8");
  if (!Buffer.from(text).equals(bytes)) return false;
  return text
    .split("\n")
    .filter(Boolean)
    .every((line) => {
      try {
        return JSON.parse(line) !== null;
      } catch {
        return false;
      }
    });
});

const words = (path: string) => scanned(path).map(({ rule, severity }) => `${severity} ${rule}`);

describe.each(whole.map((fixture) => [fixture.name, fixture] as const))("%s, redacted", (name, fixture) => {
  test("has the same findings, and none of its texts", () => {
    const path = placeLines(dir.path(name), fixture.store, fixture.bytes);
    const { file, store } = opened(path);
    const text = [...redactedLines(file, store)].join("");
    file.close();
    expect(text).not.toMatch(/README|listing|long is|there is one|list the files/i);
    const copy = placeLines(dir.path(`${name} redacted`), fixture.store, "");
    writeFileSync(copy, text);
    expect(words(copy)).toEqual(words(path));
  });
});

test("the command writes the lines as they are, or redacted", async () => {
  const [fixture] = whole;
  const path = placeLines(dir.path("command"), fixture?.store ?? "", fixture?.bytes ?? "");
  const text = fixture?.bytes.toString("utf8");
  expect((await run(["export", path])).stdout).toBe(text);
  expect((await run(["export", path, "--redact"])).stdout).not.toBe(text);
  expect((await run(["export", path, "--session", "nobody"])).code).toBe(2);
});
