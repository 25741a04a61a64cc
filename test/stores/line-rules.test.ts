import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { applyLines, prepareLines } from "../../src/repair/lines.js";
import { undoLines } from "../../src/repair/restore-lines.js";
import { openLines, scanLines } from "../../src/scan/lines.js";
import { storeOf } from "../../src/stores/index.js";
import { FIXTURES, scratch } from "../support/fixtures.js";

/**
 * Small sessions with one damage each, in fixtures/lines/STORE/RULE.[what.]SEVERITY.jsonl. Each is found with its grade,
 * mended by a default repair without a second change, and brought back byte by byte.
 */
const dir = scratch();
afterAll(dir.remove);
const NOW = Date.UTC(2026, 0, 6);

/** The names under which the programs keep a session. */
const NAMES: Readonly<Record<string, string>> = {
  gemini: "chats/session-2026-01-05T09-00-0a1b2c3d.jsonl",
  codex: "sessions/2026/01/05/rollout-2026-01-05T09-00-00-01a00000-0000-7000-8000-00000000000a.jsonl",
};

function fixturesOf(store: string): string[] {
  return readdirSync(join(FIXTURES, "lines", store)).map((name) => name.replace(/\.jsonl$/, ""));
}

function open(path: string) {
  const opened = openLines(path);
  if (!opened) throw new Error(`${path}: not recognised`);
  return opened;
}

function found(path: string): string[] {
  return [...scanLines(open(path), { now: NOW }).findings].map(({ rule, severity }) => `${severity} ${rule}`);
}

describe.each(Object.keys(NAMES))("%s", (store) => {
  test("every rule of the store has a fixture", () => {
    const rules = storeOf({ store }).rules.map(({ id }) => id);
    const covered = new Set(fixturesOf(store).map((name) => name.split(".")[0]));
    expect(rules.filter((rule) => !covered.has(rule))).toEqual([]);
  });

  test.each(fixturesOf(store))("%s", async (name) => {
    const path = dir.path(join(store, name, NAMES[store] ?? ""));
    const bytes = readFileSync(join(FIXTURES, "lines", store, `${name}.jsonl`));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
    const [rule, ...rest] = name.split(".");
    const before = found(path);
    if (rule === "healthy") expect(before).toEqual([]);
    else expect(before).toContain(`${rest.at(-1)} ${rule}`);

    const { plan } = prepareLines(open(path), { now: NOW }, {});
    const { journal } = applyLines(path, plan, { backup: false, force: true });
    expect(found(path).filter((finding) => !finding.startsWith("info"))).toEqual([]);
    expect(prepareLines(open(path), { now: NOW }, {}).plan.sessions.flatMap(({ operations }) => operations)).toEqual(
      [],
    );
    if (journal) await undoLines(path, journal, true);
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });
});
