import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { LineOperation } from "../../src/files/line-write.js";
import type { Finding } from "../../src/model/report.js";
import { prepareLines } from "../../src/repair/lines.js";
import type { RepairPlan } from "../../src/repair/plan.js";
import { type OpenLines, openLines, scanLines } from "../../src/scan/lines.js";
import type { AnyStore } from "../../src/stores/store.js";
import { FIXTURES } from "./fixtures.js";

/** The day on which fixtures of lines are judged. */
export const NOW = Date.UTC(2026, 0, 6);

/** A small session with one damage: `fixtures/rules/RULE.STORE.[what.]SEVERITY.lines`. */
export interface LineFixture {
  readonly name: string;
  readonly rule: string;
  readonly store: string;
  readonly severity: string;
  readonly bytes: Buffer;
}

/** The names under which the programs keep a session. */
const NAMES: Readonly<Record<string, string>> = {
  claude: "projects/-home-dev-demo/0a1b2c3d-1111-4222-8333-444455556666.jsonl",
  codex: "sessions/2026/01/05/rollout-2026-01-05T09-00-00-01a00000-0000-7000-8000-00000000000a.jsonl",
  gemini: "chats/session-2026-01-05T09-00-0a1b2c3d.jsonl",
  pi: "sessions/--home-dev-demo--/2026-01-05T09-00-00-000Z_019b8d40-0000-7000-8000-00000000000a.jsonl",
};

export function lineFixtures(): LineFixture[] {
  const folder = join(FIXTURES, "rules");
  return readdirSync(folder)
    .filter((file) => file.endsWith(".lines"))
    .map((file) => {
      const name = file.replace(/\.lines$/, "");
      const [rule = "", store = "", ...rest] = name.split(".");
      return { name, rule, store, severity: rest.at(-1) ?? "", bytes: readFileSync(join(folder, file)) };
    });
}

/** The session of a store in which nothing is wrong. */
export function healthyLines(store: string): Buffer {
  return readFileSync(join(FIXTURES, "lines", `${store}.lines`));
}

/** Writes a session into a folder, under the name by which the program of the store knows it. Answers with its path. */
export function placeLines(folder: string, store: string, bytes: string | Buffer): string {
  const path = join(folder, NAMES[store] ?? `${store}.jsonl`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  return path;
}

/** @throws Error where no store of lines recognises the file */
export function opened(path: string, stores?: readonly AnyStore[]): OpenLines {
  const open = openLines(path, stores);
  if (!open) throw new Error(`${path}: not recognised`);
  return open;
}

export function scanned(path: string, now = NOW, stores?: readonly AnyStore[]): Finding[] {
  return [...scanLines(opened(path, stores), { now }).findings];
}

export function planned(path: string, now = NOW, stores?: readonly AnyStore[]): RepairPlan<LineOperation> {
  return prepareLines(opened(path, stores), { now }, {}).plan;
}

export function operationsOf(plan: RepairPlan<LineOperation>): LineOperation[] {
  return [...plan.sessions].flatMap(({ operations }) => operations);
}
