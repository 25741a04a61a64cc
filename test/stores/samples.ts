import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createHistory, createState } from "../support/codex-databases.js";
import { damagedCopy, FIXTURES, sqlFixtures } from "../support/fixtures.js";

/** A file of lines with one damage that a default repair mends, for each store of the list. */
const SAMPLES: Readonly<Record<string, () => { readonly text: string; readonly rule: string }>> = {
  gemini: () => ({ rule: "doubled-result", text: fixture("gemini", "doubled-result.error") }),
  codex: () => ({ rule: "missing-tool-result", text: fixture("codex", "missing-tool-result.error") }),
  toy: () => ({
    rule: "orphan-tool-result",
    text: [
      '{"toy":"user","says":[{"text":"hi"}]}',
      '{"toy":"assistant","says":[{"call":"look","id":"c1","with":{"a":1.0}}]}',
      '{"toy":"tool","says":[{"answer":"seen","to":"c1"},{"answer":"stray","to":"c9"}]}',
      '{"toy":"tool","says":[{"answer":"lost","to":"c8"}]}',
      '{"toy":"user","says":[{"text":"and?"}]}',
      "",
    ].join("\n"),
  }),
};

/** The fixture of a rule that a store of lines shares. */
function fixture(store: string, name: string): string {
  return readFileSync(join(FIXTURES, "lines", store, `${name}.jsonl`), "utf8");
}

/** @throws Error where a store of lines has no sample: add one */
export function damagedLines(store: string): { readonly text: string; readonly rule: string } {
  const sample = SAMPLES[store];
  if (!sample) throw new Error(`no damaged sample of the store ${store} in test/stores/samples.ts`);
  return sample();
}

const THREAD = "01a21d14-e5fc-7020-8aeb-e97e188f9859";

/** Databases with one damage that a default repair mends, where the store has no fixtures in SQL. */
const DATABASES: Readonly<Record<string, (path: string) => string>> = {
  "codex-state": (path) => {
    rolloutBeside(path);
    createState(path, [{ id: THREAD, rollout: "/gone/rollout.jsonl" }]);
    return "index-mismatch";
  },
  "codex-history": (path) => {
    createHistory(path, THREAD, rolloutBeside(path), 9);
    return "index-mismatch";
  },
};

/** Writes a rollout of one row. Answers with its size. */
function rolloutBeside(path: string): number {
  const rollout = join(dirname(path), "sessions", `rollout-2026-11-27T12-57-18-${THREAD}.jsonl`);
  const row = JSON.stringify({ timestamp: "2026-11-27T12:57:18Z", ordinal: 0, type: "session_meta", payload: {} });
  mkdirSync(dirname(rollout), { recursive: true });
  writeFileSync(rollout, `${row}\n`);
  return row.length + 1;
}

/** Writes a damaged database of a store. Answers with the rule that reports the damage. */
export function damagedDatabase(store: string, path: string): string {
  const own = DATABASES[store]?.(path);
  if (own) return own;
  const known = sqlFixtures().find((one) => one.store === store && one.rule === "blank-text");
  damagedCopy(path, store as "opencode", known?.sql ?? "");
  return "blank-text";
}
