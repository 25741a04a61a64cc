import { readFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { applyLines } from "../../src/repair/lines.js";
import { undoLines } from "../../src/repair/restore-lines.js";
import { scratch } from "../support/fixtures.js";
import { healthyLines, lineFixtures, operationsOf, placeLines, planned, scanned } from "../support/lines.js";

const dir = scratch();
afterAll(dir.remove);

const words = (path: string) => scanned(path).map(({ rule, severity }) => `${severity} ${rule}`);

test.each(lineFixtures().map((fixture) => [fixture.name, fixture] as const))(
  "%s is found with its grade, mended without a second change, and brought back byte by byte",
  async (name, { store, rule, severity, bytes }) => {
    const path = placeLines(dir.path(name), store, bytes);
    expect(words(path)).toContain(`${severity} ${rule}`);
    const { journal } = applyLines(path, planned(path), { backup: false, force: true });
    // Of a file without a row of the chat nothing can be mended.
    const left = scanned(path).filter(
      ({ repair, severity }) => severity !== "info" && repair.safety !== "none",
    );
    expect(left).toEqual([]);
    expect(operationsOf(planned(path))).toEqual([]);
    if (journal) await undoLines(path, journal, true);
    expect(readFileSync(path).equals(bytes)).toBe(true);
  },
);

test.each([...new Set(lineFixtures().map(({ store }) => store))])(
  "a healthy session of %s is clean",
  (store) => {
    const path = placeLines(dir.path(`healthy ${store}`), store, healthyLines(store));
    expect(words(path)).toEqual([]);
    expect(planned(path).sessions).toEqual([]);
  },
);
