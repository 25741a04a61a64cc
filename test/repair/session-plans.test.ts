import { expect, test } from "vitest";
import type { Operation } from "../../src/files/rows.js";
import { Spool } from "../../src/files/spool.js";
import type { SessionPlan } from "../../src/repair/plan.js";
import { plansWhere, SpooledPlans } from "../../src/repair/session-plans.js";
import { doneJson, planJson } from "../../src/reporters/plan-json.js";

function planOf(at: number, letters: number): SessionPlan {
  const edits = [{ set: "$.text", value: "é".repeat(letters) }];
  const before = `digest ${at}`;
  const row = { table: "part", id: `prt_${at}`, session: `ses_${at}`, rules: ["blank-text"], rowid: at };
  const operations: Operation[] = [{ kind: "update", ...row, before, edits, columns: { id: null } }];
  return { session: `ses_${at}`, operations, mended: [], remaining: [], expected: [] };
}

test("many plans come back as they were, each time they are read", () => {
  const plans = Array.from({ length: 300 }, (_, at) => planOf(at, 40_000));
  const spooled = new SpooledPlans<Operation>(new Spool());
  for (const plan of plans) spooled.add(plan);
  expect(spooled.length).toBe(300);
  expect([...spooled]).toEqual(plans);
  expect(JSON.parse(JSON.stringify({ spooled }))).toEqual({ spooled: plans });
  const even = plansWhere(spooled, (_, at) => at % 2 === 0);
  expect(even.length).toBe(150);
  expect([...even]).toEqual(plans.filter((_, at) => at % 2 === 0));
});

test.each([[[]], [[planOf(1, 1), planOf(2, 1)]]])(
  "plans and results are written as JSON.stringify does: %#",
  (sessions) => {
    const terms = { input: "a.db", hostVersion: "1.0.0", providers: [], now: 0 };
    const plan = {
      schemaVersion: 1 as const,
      tool: { name: "t", version: "0" },
      database: "a.db",
      kind: "opencode",
      terms,
    };
    expect([...planJson({ ...plan, sessions })].join("")).toBe(
      `${JSON.stringify({ ...plan, sessions }, null, 2)}\n`,
    );
    const done = { backup: null, journal: null, rows: 2, inFlight: [], skipped: [] };
    const rowsOf = ({ session, mended, remaining, operations }: SessionPlan) => ({
      session,
      mended,
      remaining,
      rows: operations.map(({ kind, table, id, rules }) => ({ kind, table, id, rules })),
    });
    const whole = {
      schemaVersion: 1,
      database: "a.db",
      ...done,
      sessions: sessions.map(rowsOf),
      remaining: [],
    };
    expect([...doneJson({ ...done, sessions }, [], "a.db")].join("")).toBe(
      `${JSON.stringify(whole, null, 2)}\n`,
    );
  },
);
