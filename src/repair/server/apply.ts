import { DoctorError } from "../../errors.js";
import { refuseUnwritable } from "../../files/postgres/catalog.js";
import { breather } from "../../interrupts.js";
import { type Server, WRITING, withServer } from "../../stores/server.js";
import type { Applied, ApplyOptions, SkippedSession } from "../apply.js";
import { JournalWriter } from "../journal.js";
import type { RepairPlan, SessionPlan } from "../plan.js";
import { plansWhere, rowsIn } from "../session-plans.js";
import { fileOf, ServerBackup } from "./backup.js";
import { commit, transactionOf } from "./commit.js";
import { serverMarks } from "./marks.js";
import { SessionWriter } from "./write-session.js";

/** The files that a run makes, and removes unless the changes are committed. */
interface Made {
  backup: ServerBackup | null;
  journal: JournalWriter | null;
}

/**
 * Applies a plan to a PostgreSQL database in one transaction. Each conversation is locked, planned again, written, read
 * back and judged; one that is at work or has changed since the plan is left alone. The database is as before where
 * anything throws.
 * @throws DoctorError NOT_READABLE, READ_ONLY, BUSY, REFUSED, VERIFY_FAILED, INTERRUPTED, EXISTS
 */
export async function applyServer(name: string, plan: RepairPlan, options: ApplyOptions): Promise<Applied> {
  const made: Made = { backup: null, journal: null };
  let isKept = false;
  try {
    return await withServer(
      name,
      WRITING,
      async (server) => {
        const applied = await writeAll(server, plan, options, made);
        if (applied.rows === 0) return { ...applied, backup: null, journal: null };
        made.backup?.keep();
        made.journal?.end();
        const files = [made.journal?.path, made.backup?.path].filter((path) => path !== undefined);
        const transaction = await transactionOf(server.session);
        // From here on the changes may be in the database: the files stay until it is known that they are not.
        isKept = true;
        isKept = await commit(server.session, transaction, files);
        if (!isKept)
          throw new DoctorError("NOT_READABLE", `${name}: the connection was lost; nothing was written`);
        return applied;
      },
      SAFELY,
    );
  } finally {
    if (!isKept) {
      made.journal?.discard();
      made.backup?.discard();
    }
  }
}

/** Rows that another program holds are not waited for long, and a commit is on the disk. */
export const SAFELY = { lock_timeout: "5s", synchronous_commit: "on" };

async function writeAll(
  server: Server,
  plan: RepairPlan,
  options: ApplyOptions,
  made: Made,
): Promise<Applied> {
  const { session, name, conversations, messages } = server;
  await refuseUnwritable(session, [conversations.name, messages.name]);
  if (options.backup) made.backup = new ServerBackup(fileOf(name, "backup", options.backupTo), server);
  if (!options.nothing)
    made.journal = new JournalWriter(fileOf(name, "undo", made.backup?.path ?? options.backupTo), {
      database: name,
      marks: await serverMarks(server),
      backup: made.backup && { path: made.backup.path, mark: "" },
    });
  const writer = new SessionWriter(server, plan, made);
  const written: SessionPlan[] = [];
  const skipped: SkippedSession[] = [];
  const inFlight: string[] = [];
  const breathe = breather();
  const planned = plansWhere(plan.sessions, (session) => rowsIn(session) > 0);
  const total = planned.length;
  let at = 0;
  try {
    for (const one of planned) {
      options.onProgress?.(at++, total, "write");
      await breathe();
      if (options.isCancelled?.()) throw new DoctorError("INTERRUPTED", "interrupted; nothing was changed");
      const outcome = await writer.write(one);
      if (outcome === "at work") inFlight.push(one.session ?? "");
      else if ("written" in outcome) written.push(outcome.written);
      else skipped.push({ session: one.session, reason: outcome.reason });
    }
  } finally {
    writer.close();
  }
  return {
    backup: made.backup?.path ?? null,
    journal: made.journal?.path ?? null,
    rows: written.reduce((sum, session) => sum + rowsIn(session), 0),
    inFlight,
    skipped,
    sessions: written,
  };
}
