import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createHistory, createState } from "../support/codex-databases.js";
import { damagedCopy, sqlFixtures } from "../support/fixtures.js";
import { lineFixtures } from "../support/lines.js";

const TOY = [
  '{"toy":"user","says":[{"text":"hi"}]}',
  '{"toy":"assistant","says":[{"call":"look","id":"c1","with":{"a":1.0}}]}',
  '{"toy":"tool","says":[{"answer":"seen","to":"c1"},{"answer":"stray","to":"c9"}]}',
  '{"toy":"tool","says":[{"answer":"lost","to":"c8"}]}',
  '{"toy":"user","says":[{"text":"and?"}]}',
  "",
].join("\n");

/**
 * A file of lines with one damage that a default repair mends: the first such fixture of the store.
 * @throws Error where the store has none: add one
 */
export function damagedLines(store: string): { readonly text: string; readonly rule: string } {
  if (store === "toy") return { text: TOY, rule: "orphan-tool-result" };
  const fixture = lineFixtures().find((one) => one.store === store && one.severity === "error");
  if (!fixture) throw new Error(`no fixtures/rules/RULE.${store}.error.lines`);
  return { text: fixture.bytes.toString("utf8"), rule: fixture.rule };
}

const THREAD = "01a21d14-e5fc-7020-8aeb-e97e188f9859";

/** Databases with one damage that a default repair mends, of stores without fixtures in SQL. */
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
  const row = { timestamp: "2026-11-27T12:57:18Z", ordinal: 0, type: "session_meta", payload: {} };
  const text = `${JSON.stringify(row)}\n`;
  mkdirSync(dirname(rollout), { recursive: true });
  writeFileSync(rollout, text);
  return text.length;
}

/** Writes a damaged database of a store. Answers with the rule that reports the damage. */
export function damagedDatabase(store: string, path: string): string {
  const own = DATABASES[store]?.(path);
  if (own) return own;
  const known = sqlFixtures().find((one) => one.store === store && one.rule === "blank-text");
  damagedCopy(path, store as "opencode", known?.sql ?? "");
  return "blank-text";
}
