import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { openForReading } from "../../src/files/sqlite.js";
import { applyPlan } from "../../src/repair/apply.js";
import { prepareRepair } from "../../src/repair/prepare.js";
import { restoreBackup, undo } from "../../src/repair/restore.js";
import { scan } from "../../src/scan/scan.js";
import { createHistory, createState } from "../support/codex-databases.js";
import { scratch } from "../support/fixtures.js";

const THREAD = "01a21d14-e5fc-7020-8aeb-e97e188f9859";
const GONE = "01a21d14-e5fc-7020-8aeb-e97e188f9000";
const NOW = Date.UTC(2026, 10, 28);

const dir = scratch();
afterAll(dir.remove);
let home = "";
let count = 0;
beforeEach(() => {
  home = dir.path(`home ${count++}`);
});

/** Writes a rollout of the thread whose rows have these numbers. Answers with its path and the ends of its rows. */
function rollout(numbers: readonly (number | null)[], folder = "sessions/2026/11/27") {
  const path = join(home, folder, `rollout-2026-11-27T12-57-18-${THREAD}.jsonl`);
  const rows = numbers.map((ordinal, at) =>
    JSON.stringify({
      timestamp: "2026-11-27T12:57:18.000Z",
      ...(ordinal !== null && { ordinal }),
      type: at === 0 ? "session_meta" : "event_msg",
      payload: at === 0 ? { id: THREAD } : { type: "token_count" },
    }),
  );
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, rows.map((row) => `${row}\n`).join(""));
  let end = 0;
  const ends = rows.map((row) => {
    end += row.length + 1;
    return end;
  });
  return { path, ends };
}

function rowsOf(path: string, sql: string): unknown[] {
  const db = openForReading({ name: path });
  const rows = db.prepare(sql).raw().all();
  db.close();
  return rows;
}

async function findingsOf(path: string) {
  const { findings, inputs } = await scan(path, { now: NOW });
  expect(inputs.map(({ status }) => status)).toEqual(["ok"]);
  return findings.map(({ rule, severity, session, repair }) => [severity, rule, session, repair.safety]);
}

async function repaired(path: string): Promise<string> {
  const { plan } = await prepareRepair(path, { now: NOW }, {});
  const { journal } = await applyPlan(path, plan, { backup: false });
  return journal ?? "";
}

test("a thread whose path leads nowhere gets that of the rollout with its id, and back", async () => {
  const { path } = rollout([0, 1]);
  const state = join(home, "state_5.sqlite");
  createState(state, [{ id: THREAD, rollout: "/home/old/.codex/sessions/rollout.jsonl" }]);
  expect(await findingsOf(state)).toEqual([["error", "index-mismatch", THREAD, "safe"]]);
  const journal = await repaired(state);
  expect(rowsOf(state, "select rollout_path from threads")).toEqual([[path]]);
  expect(await findingsOf(state)).toEqual([]);
  expect([...(await prepareRepair(state, { now: NOW }, {})).plan.sessions]).toEqual([]);
  await undo(state, journal, false);
  expect(rowsOf(state, "select rollout_path from threads")).toEqual([
    ["/home/old/.codex/sessions/rollout.jsonl"],
  ]);
});

test("a thread noted as one without a list of turns gets the mode of its numbered rollout, and back", async () => {
  const { path } = rollout([0, 1]);
  const state = join(home, "state_5.sqlite");
  const rows = "select rollout_path, history_mode from threads order by id";
  createState(state, [{ id: THREAD, rollout: "/home/old/rollout.jsonl", mode: "legacy" }]);
  expect(await findingsOf(state)).toEqual([["error", "index-mismatch", THREAD, "safe"]]);
  const moved = await repaired(state);
  expect(rowsOf(state, rows)).toEqual([[path, "paginated"]]);
  await undo(state, moved, false);
  expect(rowsOf(state, rows)).toEqual([["/home/old/rollout.jsonl", "legacy"]]);

  createState(state, [{ id: THREAD, rollout: path, mode: "legacy" }]);
  // The first line is torn: the numbers of the other rows tell.
  writeFileSync(path, readFileSync(path, "utf8").slice(20));
  expect(await findingsOf(state)).toEqual([["error", "index-mismatch", THREAD, "safe"]]);
  await repaired(state);
  expect(rowsOf(state, rows)).toEqual([[path, "paginated"]]);
  expect(await findingsOf(state)).toEqual([]);
});

test("a thread without a list of turns whose rollout has no numbers is healthy, and so is one in a folder", async () => {
  const { path } = rollout([null, null]);
  const state = join(home, "state_5.sqlite");
  createState(state, [
    { id: THREAD, rollout: path, mode: "legacy" },
    { id: GONE, rollout: home, mode: "legacy" },
  ]);
  expect(await findingsOf(state)).toEqual([]);
});

test("an archived, or a compressed, rollout is one as well; a thread without any is told and left alone", async () => {
  const { path } = rollout([0, 1], "archived_sessions");
  const packed = join(home, "sessions", `rollout-2026-11-27T12-57-18-${GONE}.jsonl`);
  mkdirSync(dirname(packed), { recursive: true });
  writeFileSync(`${packed}.zst`, "");
  const state = join(home, "state_5.sqlite");
  createState(state, [
    { id: THREAD, rollout: path },
    { id: GONE, rollout: packed },
    { id: "nowhere", rollout: "/nowhere/rollout.jsonl" },
  ]);
  expect(await findingsOf(state)).toEqual([["warning", "index-mismatch", "nowhere", "none"]]);
});

test("a list of turns in step with its rollout is healthy, also where numbers are left out or stay", async () => {
  for (const [numbers, next] of [
    [[0, 1, 2, 3], 4],
    [[0, 1, 5, 9], 10],
    [[0, 1, 2, 2], 3],
    [[0, 1, 2, null], 3],
  ] as const) {
    home = dir.path(`home ${count++}`);
    const { ends } = rollout(numbers);
    const history = join(home, "thread_history_1.sqlite");
    createHistory(history, THREAD, ends.at(-1) ?? 0, next);
    expect(await findingsOf(history), numbers.join()).toEqual([]);
  }
});

test("a list that waits for a number that never comes is emptied, with all its rows, and back", async () => {
  const { ends } = rollout([0, 1, 2, 1, 2]);
  const history = join(home, "thread_history_1.sqlite");
  createHistory(history, THREAD, ends[4] ?? 0, 9);
  const all = ["thread_turns", "thread_items", "thread_realtime_items", "thread_history_projection_state"];
  const before = all.map((table) => rowsOf(history, `select rowid, * from ${table}`));
  expect(await findingsOf(history)).toEqual([["warning", "index-mismatch", THREAD, "safe"]]);
  const journal = await repaired(history);
  expect(await findingsOf(history)).toEqual([]);
  expect(rowsOf(history, "select * from thread_history_projection_state")).toEqual([[THREAD, 0, 0]]);
  for (const table of all.slice(0, 3))
    expect(rowsOf(history, `select distinct thread_id from ${table}`), table).toEqual([["other"]]);
  await undo(history, journal, false);
  expect(all.map((table) => rowsOf(history, `select rowid, * from ${table}`))).toEqual(before);
});

test("the backup of a list of turns puts the whole file back", async () => {
  const { ends } = rollout([0, 1, 2, 1, 2]);
  const history = join(home, "thread_history_1.sqlite");
  createHistory(history, THREAD, ends[4] ?? 0, 9);
  const { plan } = await prepareRepair(history, { now: NOW }, {});
  const { backup } = await applyPlan(history, plan, { backup: true });
  await restoreBackup(history, backup ?? "", false);
  expect(rowsOf(history, "select * from thread_history_projection_state")).toEqual([[THREAD, ends[4], 9]]);
});

test("a place inside a row, or behind the end, is found again where the number that is waited for comes next", async () => {
  for (const shift of [-3, 500])
    for (const [next, findings] of [
      [3, []],
      [2, [["warning", "index-mismatch", THREAD, "safe"]]],
      [9, [["warning", "index-mismatch", THREAD, "safe"]]],
    ] as const) {
      home = dir.path(`home ${count++}`);
      const { ends } = rollout([0, 1, 2]);
      const history = join(home, "thread_history_1.sqlite");
      createHistory(history, THREAD, (ends[2] ?? 0) + shift, next);
      expect(await findingsOf(history), `${shift} ${next}`).toEqual(findings);
    }
});

test("a list of a thread without a rollout, and one that was never read, say nothing", async () => {
  const history = join(home, "thread_history_1.sqlite");
  mkdirSync(home, { recursive: true });
  createHistory(history, THREAD, 900, 9);
  expect(await findingsOf(history)).toEqual([]);
});
