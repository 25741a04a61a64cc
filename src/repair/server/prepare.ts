import { DoctorError, noSession } from "../../errors.js";
import { refuseUnwritable } from "../../files/postgres/catalog.js";
import { breather } from "../../interrupts.js";
import { only } from "../../model/findings.js";
import type { Findings } from "../../model/report.js";
import { orphanRow } from "../../rules/orphan-row.js";
import { contextOf } from "../../scan/batch.js";
import type { ScanOptions } from "../../scan/options.js";
import { scanOpened } from "../../scan/server.js";
import { loadOrphans, READING, type Server, withServer } from "../../stores/server.js";
import {
  judgeTermsOf,
  newPlan,
  type PlanTerms,
  planOrSkip,
  planSession,
  planTermsOf,
  type SessionPlan,
} from "../plan.js";
import { orphanPlan, type Prepared } from "../prepare.js";
import type { RepairOptions } from "../rounds.js";
import { isIdle } from "../session-plans.js";
import { openServerWorkshop } from "./workshop.js";

/**
 * Scans a PostgreSQL database and plans its repair, in one read-only transaction.
 * @throws DoctorError where the database cannot be read
 */
export function prepareServer(
  name: string,
  scanOptions: ScanOptions,
  options: RepairOptions,
): Promise<Prepared> {
  return withServer(name, READING, async (server) => {
    const { store, reader } = server;
    const { input, findings, missing } = await scanOpened(server, {
      ...scanOptions,
      severity: "info",
      rules: undefined,
    });
    if (missing?.[0] !== undefined) throw noSession(name, missing[0].wanted, missing[0].near);
    const terms = planTermsOf(contextOf(name, input.hostVersion ?? reader.host.newest, scanOptions));
    const sessions = await planSessions(server, findings, terms, options, scanOptions);
    return {
      plan: newPlan(store, terms, options, { ...(await obstaclesOf(server)), sessions }),
      input,
      findings,
    };
  });
}

async function planSessions(
  server: Server,
  findings: Findings,
  terms: PlanTerms,
  options: RepairOptions,
  { onProgress }: ScanOptions,
): Promise<SessionPlan[]> {
  const { store, reader, mirror, name } = server;
  const judgeTerms = judgeTermsOf(store, reader.host, terms);
  const workshop = openServerWorkshop(server);
  const sessions: SessionPlan[] = [];
  const breathe = breather();
  const of = (id: string) => only(findings, ({ session }) => session === id);
  const wanted = new Set<string>();
  for (const { rule, session } of findings)
    if (rule !== orphanRow.id && session !== null) wanted.add(session);
  try {
    for (const id of wanted) {
      await breathe();
      const bench = await workshop.benchOf(id);
      if (!bench) continue;
      const session = planOrSkip(id, store, of(id), () => planSession(bench, judgeTerms, options));
      if (!isIdle(session)) sessions.push(session);
      onProgress?.(sessions.length, wanted.size, name);
    }
  } finally {
    workshop.close();
  }
  await loadOrphans(server);
  const orphans = orphanPlan(mirror.db, store, reader, findings, options);
  mirror.clear();
  return orphans ? [...sessions, orphans] : sessions;
}

/** The reasons why a repair would be refused now. */
async function obstaclesOf({ session, conversations, messages }: Server): Promise<{ obstacles?: string[] }> {
  try {
    await refuseUnwritable(session, [conversations.name, messages.name]);
    return {};
  } catch (error) {
    if (error instanceof DoctorError) return { obstacles: [error.message] };
    throw error;
  }
}
