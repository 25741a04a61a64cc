import { refuseOtherEncoding } from "../files/ordinary.js";
import type { Operation } from "../files/rows.js";
import type { Spool } from "../files/spool.js";
import { sharedTables } from "../files/tables.js";
import { breather } from "../interrupts.js";
import { worstOf } from "../judge/grades.js";
import { type Finding, rank, type Severity } from "../model/report.js";
import type { Attendant } from "../scan/attendant.js";
import type { Attendance, Attending } from "../scan/threads.js";
import { openWorkshop } from "../stores/bench.js";
import { judgeTermsOf, planOrSkip, planSession, planTermsOf, type SessionPlan } from "./plan.js";
import type { Look, RepairOptions } from "./rounds.js";
import {
  isIdle,
  type PlanText,
  type SpooledPlan,
  SpooledPlans,
  spooled,
  textOfPlan,
} from "./session-plans.js";

/** This file plans each conversation in the thread that judges it. */

/** The plan of a conversation, made as if no other one of the file were mended. */
export interface ApartPlan extends PlanText {
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

/** The planner for the threads of a scan, whose plans go to the spool. */
export function planningOf(planning: Planning, spool: Spool): Attendance {
  return {
    worker: new URL("./planner.js", import.meta.url),
    data: planning,
    open: plannerOf(planning),
    keep: (plan): SpooledPlan<ApartPlan> => spooled(plan as ApartPlan, spool),
  };
}

/** A working copy on which conversations of a database are planned, one after the other. */
export interface Planner {
  /** Ids given to new rows, as in `Scratch`. */
  readonly claimed: Set<string>;
  /** `findings`: of the conversation. `first`: as in `mendRounds`. */
  plan(handle: number, session: string, findings: Iterable<Finding>, first?: Look): SessionPlan;
  /** Runs the work and takes back all that it changed in the copy. */
  apart<Result>(work: () => Result): Result;
  close(): void;
}

export function openPlanner(
  { name, path, store, reader, context }: Omit<Attending, "db">,
  options: RepairOptions,
): Planner {
  const { scratch, benchOf } = openWorkshop(name, store.database, path);
  const terms = judgeTermsOf(store, reader.host, planTermsOf(context));
  return {
    claimed: scratch.claimed,
    plan: (handle, session, findings, first) =>
      planOrSkip(session, store, findings, () => planSession(benchOf(handle), terms, options, first)),
    apart(work) {
      scratch.claimed.clear();
      scratch.db.exec("savepoint apart");
      try {
        return work();
      } finally {
        scratch.db.exec("rollback to apart");
        scratch.db.exec("release apart");
      }
    },
    close: () => scratch.close(),
  };
}

/** Opens the planner of one thread. */
export function plannerOf({ options, isQuiet }: Planning): Attendance["open"] {
  return ({ db, ...attending }: Attending): Attendant => {
    const { path, store, context } = attending;
    refuseOtherEncoding(db, path);
    const planner = openPlanner(attending, options);
    // Otherwise the scan judged on other terms than those of the plan.
    const isJudged = isQuiet && !context.live && !context.checkDirectories && context.target === undefined;
    const shared = sharedTables(store.database.tables);
    return {
      attend: ({ handle, conversation, judged, findings }): ApartPlan =>
        planner.apart(() => {
          const first = isJudged ? { conversation, judged } : undefined;
          const plan = planner.plan(handle, conversation.id, findings, first);
          return {
            ...textOfPlan(plan),
            handle,
            worst: worstOf(findings.map(({ severity }) => severity)),
            claimed: [...planner.claimed],
            isShared: plan.operations.some(({ table }) => shared.has(table)),
            isIdle: isIdle(plan),
          };
        }),
      close: () => planner.close(),
    };
  };
}

/**
 * The plans in the order of the report. Those that depend on others are made anew, one after the other: a plan with an id
 * that another one claims, and all from the first one on that changes rows which conversations share.
 * `spool`: where they lie. `claimed`: takes the ids of all plans. `planAnew`: heeds them.
 */
export async function settlePlans(
  apart: readonly SpooledPlan<ApartPlan>[],
  spool: Spool,
  claimed: Set<string>,
  planAnew: (plan: SpooledPlan<ApartPlan>) => SessionPlan,
): Promise<SpooledPlans<Operation>> {
  const plans = new SpooledPlans<Operation>(spool);
  const breathe = breather();
  let isShared = false;
  for (const one of [...apart].sort(inReportOrder)) {
    await breathe();
    isShared ||= one.isShared;
    if (isShared || one.claimed.some((id) => claimed.has(id))) {
      const plan = planAnew(one);
      if (!isIdle(plan)) plans.add(plan);
    } else {
      for (const id of one.claimed) claimed.add(id);
      if (!one.isIdle) plans.add(one);
    }
  }
  return plans;
}

function inReportOrder(one: SpooledPlan<ApartPlan>, other: SpooledPlan<ApartPlan>): number {
  return rank[one.worst] - rank[other.worst] || ((one.session ?? "") < (other.session ?? "") ? -1 : 1);
}
