import { expect, test } from "vitest";
import { Spool } from "../../src/files/spool.js";
import { openForWriting } from "../../src/files/sqlite.js";
import { applyPlan } from "../../src/repair/apply.js";
import type { SessionPlan } from "../../src/repair/plan.js";
import { type ApartPlan, settlePlans } from "../../src/repair/planning.js";
import { prepareRepair } from "../../src/repair/prepare.js";
import { type SpooledPlan, spooled, textOfPlan } from "../../src/repair/session-plans.js";
import { scan } from "../../src/scan/scan.js";
import { damagedCopy, scratch } from "../support/fixtures.js";

const dir = scratch();
const columns = (table: string, changed: Record<string, string>) =>
  `create temp table copy as select * from ${table}; update copy set ${Object.entries(changed)
    .map(([name, value]) => `${name} = ${value}`)
    .join(", ")}; insert into ${table} select * from copy; drop table copy;`;
/** The same conversation once more, in another folder. */
const twin = (end: string, folder: string) =>
  columns("session", { id: `id || '${end}'`, directory: `'${folder}'` }) +
  columns("message", { id: `id || '${end}'`, session_id: `session_id || '${end}'` }) +
  columns("part", {
    id: `id || '${end}'`,
    message_id: `message_id || '${end}'`,
    session_id: `session_id || '${end}'`,
  });

test("conversations of one lost project: its row is written once, and each finds its place", async () => {
  const path = dir.path("project.db");
  const sql = `pragma foreign_keys = off; ${twin("B", "/home/dev/demo/inner")} delete from project`;
  damagedCopy(path, "opencode", sql);
  const { plan } = await prepareRepair(path, {}, {});
  const operations = [...plan.sessions].flatMap((session) => session.operations);
  expect(operations.filter(({ table }) => table === "project").length).toBe(1);
  await applyPlan(path, plan, { backup: false });
  expect((await scan(path)).summary).toMatchObject({ error: 0, warning: 0 });
});

test("where a program writes while the file is scanned, its newest rows are planned", async () => {
  const path = dir.path("written.db");
  damagedCopy(path, "opencode", "select 1");
  const host = openForWriting(path);
  host.pragma("journal_mode = wal");
  const status = (value: string) =>
    host
      .prepare("update part set data = json_set(data, '$.state.status', ?) where id = ?")
      .run(value, "prt_1fcce1f72001XmSQwzqLm0Lukx");
  status("running");
  const planned = async (onProgress?: () => void) =>
    [...(await prepareRepair(path, { onProgress }, {})).plan.sessions].length;
  expect(await planned()).toBe(1);
  expect(await planned(() => void status("completed"))).toBe(0);
  host.close();
});

/** A plan that says who made it. */
function planOf(session: string, maker: string): SessionPlan {
  const skipped = [{ rule: maker, table: "part", id: session, reason: "" }];
  return { session, operations: [], mended: [], remaining: [], expected: [], skipped };
}

const spool = new Spool();

function apart(session: string, told: Partial<SpooledPlan<ApartPlan>> = {}): SpooledPlan<ApartPlan> {
  const plan = spooled(textOfPlan(planOf(session, "thread")), spool);
  return { ...plan, handle: 1, worst: "warning", claimed: [], isShared: false, isIdle: false, ...told };
}

async function settled(plans: readonly SpooledPlan<ApartPlan>[]): Promise<string[]> {
  const anew = ({ session }: SpooledPlan<ApartPlan>) => planOf(session ?? "", "anew");
  const all = [...(await settlePlans(plans, spool, new Set(), anew))];
  return all.map(({ session, skipped }) => `${session} ${skipped?.[0]?.rule}`);
}

test("plans stand in the order of the report, whatever the order of the threads", async () => {
  const plans = [apart("b"), apart("c", { worst: "error" }), apart("a"), apart("d", { isIdle: true })];
  expect(await settled(plans)).toEqual(["c thread", "a thread", "b thread"]);
  expect(await settled(plans.toReversed())).toEqual(["c thread", "a thread", "b thread"]);
});

test("of two plans with one new id, the second is made anew", async () => {
  const plans = [
    apart("a", { claimed: ["part 1"] }),
    apart("b", { claimed: ["part 2", "part 1"] }),
    apart("c"),
  ];
  expect(await settled(plans)).toEqual(["a thread", "b anew", "c thread"]);
});

test("from the first plan on that changes shared rows, all are made anew", async () => {
  const plans = [apart("a"), apart("b", { isShared: true }), apart("c")];
  expect(await settled(plans)).toEqual(["a thread", "b anew", "c anew"]);
});
