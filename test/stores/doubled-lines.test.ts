import { writeFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { scratch } from "../support/fixtures.js";
import { healthyLines, lineFixtures, placeLines, planned, scanned } from "../support/lines.js";
import { run } from "../support/run.js";

const dir = scratch();
afterAll(dir.remove);

const linesOf = (bytes: Buffer) => bytes.toString("utf8").split(/(?<=\n)/);
/** The file once for each line, with a copy of the line directly behind it, two lines behind it, and at the end. */
function* doubled(bytes: Buffer): Generator<{ at: number; to: number; text: string }> {
  const lines = linesOf(bytes);
  for (const [at, line] of lines.entries())
    for (const to of new Set([at + 1, Math.min(at + 3, lines.length), lines.length]))
      if (line.endsWith("\n") && at > 0)
        yield { at, to, text: [...lines.slice(0, to), line, ...lines.slice(to)].join("") };
}

test.each(["pi", "claude"])("%s: a healthy session in which a row stands twice loses nothing", (store) => {
  const path = placeLines(dir.alone("x"), store, healthyLines(store));
  for (const { at, to, text } of doubled(healthyLines(store))) {
    writeFileSync(path, text);
    const errors = scanned(path).filter(({ severity }) => severity === "error");
    // pi goes on from the last line, whatever hangs on an entry of the same id.
    const isTwice = errors.length > 0 && errors.every(({ evidence }) => evidence.problem === "twice");
    if (errors.length > 0) expect([store, at, to, isTwice]).toEqual(["pi", at, to, true]);
    const left = [...planned(path).sessions].flatMap(({ remaining }) => remaining);
    expect([at, to, left.map(({ rule }) => rule)]).toEqual([at, to, []]);
  }
});

test("pi: an entry that stands again as the last line is removed, and the turns behind it are back", async () => {
  const lines = linesOf(healthyLines("pi"));
  const path = placeLines(dir.alone("x"), "pi", [...lines, lines[3]].join(""));
  expect(scanned(path).map(({ rule, evidence }) => [rule, evidence.problem])).toContainEqual([
    "lost-history",
    "twice",
  ]);
  const repaired = await run(["repair", path, "--no-backup", "--force", "--yes", "--quiet"]);
  expect(repaired).toMatchObject({ code: 0, stderr: "" });
  expect(scanned(path)).toEqual([]);
});

test("pi: an entry that stands again in other words is left, and the reason is told", () => {
  const lines = linesOf(healthyLines("pi"));
  const other = (lines[3] ?? "").replace("List", "Show");
  const path = placeLines(dir.alone("x"), "pi", [...lines, other].join(""));
  const [session] = [...planned(path).sessions];
  expect(session?.skipped?.map(({ reason }) => reason)).toEqual([
    "the entry stands twice, in different words",
  ]);
  expect(session?.operations).toEqual([]);
});

test.each(
  lineFixtures().filter(({ store, name }) => ["pi", "claude"].includes(store) && !name.includes("two")),
)("$name: what is safe to mend is mended although a row stands twice", ({ store, bytes }) => {
  const path = placeLines(dir.alone("x"), store, bytes);
  for (const { at, to, text } of doubled(bytes)) {
    if (to - at > 1) continue;
    writeFileSync(path, text);
    const left = [...planned(path).sessions].flatMap(({ remaining }) => remaining);
    const safe = left.filter(({ repair }) => repair.safety === "safe");
    expect([at, to, safe.map(({ rule }) => rule)]).toEqual([at, to, []]);
  }
});
