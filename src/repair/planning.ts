import { refuseOtherEncoding } from "../files/ordinary.js";
import type { Operation } from "../files/rows.js";
import { breather } from "../interrupts.js";
import { worstOf } from "../judge/grades.js";
import { rank, type Severity } from "../model/report.js";
import type { Attendant, Attended } from "../scan/attendant.js";
import type { Attendance, Attending } from "../scan/threads.js";
import { openWorkshop } from "../stores/bench.js";
import type { DatabaseStore } from "../stores/index.js";
import { judgeTermsOf, planOrSkip, planSession, planTermsOf, type SessionPlan } from "./plan.js";
import type { RepairOptions } from "./rounds.js";
import { type PackedPlan, PackedPlans, packPlan } from "./session-plans.js";

/** This file plans each conversation in the thread that judges it. */

/** The plan of a conversation, made as if no other one of the file were mended. */
export interface ApartPlan extends PackedPlan {
  readonly handle: number;
  /** The worst severity of the conversation's findings. */
  readonly worst: Severity;
  /** Ids for new rows, as in `Scratch`. */
  readonly claimed: readonly string[];
  /** True if it changes rows that conversations share. */
  readonly isShared: boolean;
  /** True if it changes nothing and tells nothing. */
  readonly isIdle: boolean;
}

/** How threads plan. `isQuiet`: nobody writes to the file, so that the rows to mend are those that the scan judges. */
export interface Planning {
  readonly options: RepairOptions;
  readonly isQuiet: boolean;
}

/** The planner for the threads of a scan. */
export function planningOf(planning: Planning): Attendance {
  return { worker: new URL("./planner.js", import.meta.url), data: planning, open: plannerOf(planning) };
}

/** Opens the planner of one thread. */
export function plannerOf({ options, isQuiet }: Planning): Attendance["open"] {
  return ({ db, name, path, store, reader, context }: Attending): Attendant => {
    refuseOtherEncoding(db, path);
    const { scratch, benchOf } = openWorkshop(name, store.database, path);
    const terms = judgeTermsOf(store, reader.host, planTermsOf(context));
    // Otherwise the scan judged on other terms than those of the plan.
    const isJudged = isQuiet && !context.live && !context.checkDirectories && context.target === undefined;
    const plan = ({ handle, conversation, judged, findings }: Attended): SessionPlan => {
      const first = isJudged ? { conversation, judged } : undefined;
      const mend = () => planSession(benchOf(handle), terms, options, first);
      return planOrSkip(conversation.id, store, findings, mend);
    };
    return {
      attend(attended): ApartPlan {
        scratch.claimed.clear();
        scratch.db.exec("savepoint apart");
        try {
          const { handle, findings } = attended;
          const worst = worstOf(findings.map(({ severity }) => severity));
          return { ...told(plan(attended), store), handle, worst, claimed: [...scratch.claimed] };
        } finally {
          scratch.db.exec("rollback to apart");
          scratch.db.exec("release apart");
        }
      },
      close: () => scratch.close(),
    };
  };
}

function told(
  plan: SessionPlan,
  { database }: DatabaseStore,
): PackedPlan & Pick<ApartPlan, "isShared" | "isIdle"> {
  const shared = new Set(database.tables.filter(({ holds }) => holds === "context").map(({ name }) => name));
  const isShared = plan.operations.some(({ table }) => shared.has(table));
  return { ...packPlan(plan), isShared, isIdle: isIdle(plan) };
}

export function isIdle({ operations, remaining, skipped }: SessionPlan): boolean {
  return operations.length === 0 && remaining.length === 0 && !skipped;
}

/**
 * The plans in the order of the report. Those that depend on others are made anew, one after the other: a plan with an id
 * that another one claims, and all from the first one on that changes rows which conversations share.
 * `claimed`: takes the ids of all plans. `planAnew`: heeds them.
 */
export async function settlePlans(
  apart: readonly ApartPlan[],
  claimed: Set<string>,
  planAnew: (plan: ApartPlan) => SessionPlan,
): Promise<PackedPlans<Operation>> {
  const plans = new PackedPlans<Operation>();
  const breathe = breather();
  let isShared = false;
  for (const one of [...apart].sort(inReportOrder)) {
    await breathe();
    isShared ||= one.isShared;
    if (isShared || one.claimed.some((id) => claimed.has(id))) {
      const plan = planAnew(one);
      if (!isIdle(plan)) plans.add(packPlan(plan));
    } else {
      for (const id of one.claimed) claimed.add(id);
      if (!one.isIdle) plans.add(one);
    }
  }
  return plans;
}

function inReportOrder(one: ApartPlan, other: ApartPlan): number {
  return rank[one.worst] - rank[other.worst] || ((one.session ?? "") < (other.session ?? "") ? -1 : 1);
}
