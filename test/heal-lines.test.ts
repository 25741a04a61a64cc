import { mkdirSync, readFileSync, utimesSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { present } from "../src/model/present.js";
import { scratch } from "./support/fixtures.js";
import { healthyLines, lineFixtures, placeLines, scanned } from "./support/lines.js";
import { run } from "./support/run.js";

const dir = scratch();
afterAll(dir.remove);
const NOW = ["--now", "2026-01-06T00:00:00Z"];

/** A folder with a damaged session of a program and a healthy one; no program is at work in them. */
function folderWith(store: string, name: string): { folder: string; damaged: string } {
  const { bytes } = present(lineFixtures().find((one) => one.name === name));
  const folder = dir.path(store);
  const place = (below: string, content: Buffer) => {
    mkdirSync(dir.path(`${store}/${below}`), { recursive: true });
    const path = placeLines(dir.path(`${store}/${below}`), store, content);
    utimesSync(path, new Date(1e12), new Date(1e12));
    return path;
  };
  place("whole", healthyLines(store));
  return { folder, damaged: place("damaged", bytes) };
}

describe("heal finds, mends and proves a session in a file of lines, and restore takes it back", () => {
  test.each([
    ["claude", "invalid-thinking.claude.error"],
    ["codex", "duplicate-tool-result.codex.error"],
    ["gemini", "doubled-result.gemini.error"],
    ["pi", "duplicate-tool-call-id.pi.error"],
  ])("%s: %s", async (store, name) => {
    const { folder, damaged } = folderWith(store, name);
    const before = readFileSync(damaged);
    const text = scanned(damaged).flatMap(({ severity, effects }) =>
      severity === "error" ? effects.flatMap(({ error }) => error ?? []) : [],
    )[0];
    const { code, stdout, stderr } = await run(["heal", folder, ...(text ? [text] : []), "--yes", ...NOW]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain(damaged);
    expect(stdout).toContain("scanned again: nothing left");
    expect(stdout).toMatch(/next request: \S+ would take it/);
    expect(stdout).toContain(`doctor restore ${damaged}`);
    expect(readFileSync(damaged).equals(before)).toBe(false);
    expect((await run(["heal", folder, "--yes", ...NOW])).stdout).toContain("nothing to mend");
    expect((await run(["restore", damaged, "--yes"])).code).toBe(0);
    expect(readFileSync(damaged).equals(before)).toBe(true);
  });

  test("its session may be named by the beginning of its id, and by latest", async () => {
    const { damaged } = folderWith("pi", "duplicate-tool-call-id.pi.error");
    const idOf = async (...session: string[]) => {
      const { code, stdout } = await run(["inspect", damaged, "--format", "json", ...session, ...NOW]);
      return code === 0 ? JSON.parse(stdout).session.id : code;
    };
    const id = await idOf();
    expect(await idOf("--session", id.slice(0, 8))).toBe(id);
    expect(await idOf("--session", "latest")).toBe(id);
    expect(await idOf("--session", "nothing-like-it")).toBe(2);
  });
});
