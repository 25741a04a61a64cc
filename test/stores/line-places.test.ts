import { writeFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { scratch } from "../support/fixtures.js";
import { healthyLines, lineFixtures, placeLines, planned, scanned } from "../support/lines.js";
import { run } from "../support/run.js";

const dir = scratch();
afterAll(dir.remove);

const textOf = (name: string) => {
  const fixture = lineFixtures().find((one) => one.name === name);
  if (!fixture) throw new Error(`no fixture ${name}`);
  return fixture.bytes.toString("utf8");
};

test.each([
  ["claude", "invalid-thinking.claude.error", '{"type":"user","uuid":"00'],
  ["pi", "unreadable-header.pi.missing.error", "\0".repeat(40)],
])(
  "%s: a broken line that stays is known again when lines before it came or went",
  async (store, name, broken) => {
    const path = placeLines(dir.alone("x"), store, `${textOf(name).trimEnd()}\n${broken}\n{}\n`);
    expect(scanned(path).map(({ rule, severity }) => `${rule} ${severity}`)).toContain("broken-line warning");
    const { stderr } = await run(["repair", path, "--severity", "error", "--no-backup", "--force", "--yes"]);
    expect(stderr).toBe("");
    expect(scanned(path).map(({ rule }) => rule)).toEqual(["broken-line"]);
  },
);

test("codex: the header is mended where a blank line stands before it", () => {
  const path = placeLines(dir.alone("x"), "codex", `\n${textOf("unreadable-header.codex.other-id.error")}`);
  expect(scanned(path).map(({ rule }) => rule)).toContain("unreadable-header");
  const left = [...planned(path).sessions].flatMap(({ remaining }) => remaining);
  expect(left.map(({ rule }) => rule)).toEqual([]);
});

test("pi: no row is hung on one without an id", () => {
  const path = placeLines(dir.alone("x"), "pi", "");
  const lines = healthyLines("pi").toString("utf8").trimEnd().split("\n");
  const nameless = (lines[4] ?? "").replace(/"id":"0000[^"]*",/, "");
  writeFileSync(path, [...lines.slice(0, 4), nameless, ...lines.slice(5), ""].join("\n"));
  const operations = [...planned(path).sessions].flatMap((session) => session.operations);
  expect(operations.length).toBeGreaterThan(0);
  expect(JSON.stringify(operations)).not.toMatch(/"parentId\\*":\\*"line /);
});

test("gemini: a file without turns is no session whose first line would matter", () => {
  const path = placeLines(
    dir.alone("x"),
    "gemini",
    '\ufeff{"sessionId":"x","kind":"main","startTime":"x"}\n',
  );
  expect(scanned(path).filter(({ rule }) => rule === "unreadable-header")).toEqual([]);
});

test.each(["claude", "codex", "gemini", "pi"])(
  "%s: a row that was split is mended whole or not at all",
  async (store) => {
    const lines = healthyLines(store).toString("utf8").trimEnd().split("\n");
    for (const at of lines.keys()) {
      const cut = (lines[at] ?? "").indexOf('":"') + 4;
      const split = lines.map((line, index) =>
        index === at ? `${line.slice(0, cut)}\n${line.slice(cut)}` : line,
      );
      const path = placeLines(dir.alone("x"), store, `${split.join("\n")}\n`);
      const { stderr } = await run([
        "repair",
        path,
        "--severity",
        "error",
        "--no-backup",
        "--force",
        "--yes",
      ]);
      expect([at, stderr]).toEqual([at, ""]);
    }
  },
);
