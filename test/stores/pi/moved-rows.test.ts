import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { first, present } from "../../../src/model/present.js";
import { applyLines } from "../../../src/repair/lines.js";
import { scratch } from "../../support/fixtures.js";
import { lineFixtures, operationsOf, placeLines, planned, scanned } from "../../support/lines.js";

const dir = scratch();
afterAll(dir.remove);

interface Row {
  readonly type: string;
  readonly id: string;
  readonly parentId: string | null;
}

test("a row without its parent, behind rows that come from it, becomes the root and not its own descendant", () => {
  const torn = present(lineFixtures().find(({ name }) => name === "broken-line.pi.last.error"));
  const path = placeLines(dir.path("moved"), "pi", torn.bytes.toString());
  const [header = "", ...lines] = readFileSync(path, "utf8").trimEnd().split("\n").slice(0, -1);
  const rows = lines.map((line): Row => JSON.parse(line));
  const root = first(rows);
  const moved = [...rows.slice(1, 4), { ...root, parentId: "gone0000" }, ...rows.slice(4)];
  writeFileSync(path, `${[header, ...moved.map((row) => JSON.stringify(row))].join("\n")}\n`);
  expect(scanned(path).map(({ rule }) => rule)).toContain("lost-history");
  applyLines(path, planned(path), { backup: false, force: true });
  const parents = new Map(
    readFileSync(path, "utf8")
      .trimEnd()
      .split("\n")
      .map((line): Row => JSON.parse(line))
      .map(({ id, parentId }) => [id, parentId]),
  );
  const way: string[] = [];
  for (
    let at = present(rows.at(-1)).id as string | null;
    at && !way.includes(at);
    at = parents.get(at) ?? null
  )
    way.push(at);
  expect(way.reverse()).toEqual(rows.map(({ id }) => id));
  expect(operationsOf(planned(path))).toEqual([]);
});
