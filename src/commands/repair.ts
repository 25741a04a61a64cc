import { commandLine, DoctorError } from "../errors.js";
import { exitCode } from "../exit-code.js";
import { isServer } from "../files/postgres/name.js";
import { heedingSignals } from "../interrupts.js";
import { only } from "../model/findings.js";
import type { Findings, ReportStream } from "../model/report.js";
import { applyAny, prepareAny } from "../repair/any.js";
import type { Applied } from "../repair/apply.js";
import { rollBackUnfinished } from "../repair/guard.js";
import type { AnyOperation, RepairPlan } from "../repair/plan.js";
import type { Prepared } from "../repair/prepare.js";
import { databaseOfPlan, prepareSaved } from "../repair/saved-plan.js";
import { applied, planTable, skippedLines } from "../reporters/plan.js";
import { safeText } from "../reporters/safe-text.js";
import { again } from "../reporters/shell.js";
import { plural } from "../reporters/units.js";
import { discover } from "../scan/discover.js";
import { isSqlite } from "../scan/inputs.js";
import { isOfLines } from "../scan/lines.js";
import { scanStream } from "../scan/scan.js";
import type { RepairFlags } from "./flags.js";
import { growHeapSlowly } from "./memory.js";
import { checkOutput, type Output, openOutput, reportDone, reporterOptions } from "./output.js";
import { startProgress } from "./progress.js";
import { ask, talk, talkText } from "./talk.js";

/** Prints the plan. With --backup, --undo-only or --no-backup it applies the plan. */
export async function runRepair(named: string | undefined, flags: RepairFlags): Promise<number> {
  const now = flags.now ?? Date.now();
  const ways = [
    flags.backup === true || flags.backupTo !== undefined,
    flags.backup === false,
    flags.undoOnly === true,
  ].filter(Boolean);
  const bothBackups = flags.given.includes("--backup") && flags.given.includes("--no-backup");
  if (ways.length > 1 || bothBackups)
    throw new DoctorError("USAGE", "--backup, --undo-only and --no-backup exclude each other");
  const writes = flags.backup !== undefined || flags.backupTo !== undefined || flags.undoOnly === true;
  const path =
    named ?? (flags.plan ? databaseOfPlan(flags.plan) : undefined) ?? discovered(writes, flags.quiet);
  if (path === "-" || (!isServer(path) && !isSqlite(path) && !isOfLines(path)))
    return (await import("./repair-json.js")).runRepairJson(path, flags, now);
  if (flags.from)
    throw new DoctorError("USAGE", "--from restores the calls of a captured request, not of a database");
  checkOutput(flags.output, [path, flags.plan], MAY);
  const output = openOutput(flags.output, {
    color: reporterOptions(flags, now, "warning").color,
    isPrivate: flags.showContent || (flags.format === "json" && !writes),
    may: MAY,
  });
  try {
    return await repairConversations(path, named === undefined, writes, flags, now, output);
  } finally {
    output.drop();
  }
}

/** A plan takes the place of an older one. */
const MAY = ["plan"] as const;

/** `isFound`: the path was not typed. */
async function repairConversations(
  path: string,
  isFound: boolean,
  writes: boolean,
  flags: RepairFlags,
  now: number,
  output: Output,
): Promise<number> {
  const options = reporterOptions(flags, now, "warning");
  const isFile = !isServer(path) && isSqlite(path);
  if (writes && isFile && rollBackUnfinished(path, flags.force ?? false) && !flags.quiet)
    talk("rolled back the unfinished transaction of a program that was ended");
  const bar = await startProgress(flags.quiet);
  const { plan, input, findings } = await (flags.plan
    ? prepareSaved(flags.plan, path, {
        jobs: flags.jobs,
        onProgress: bar.update,
        onManyFindings: growHeapSlowly,
      })
    : prepare(path, flags, now, bar.update)
  ).finally(bar.stop);
  const incomplete = input.status !== "ok";
  const work = plan.sessions.some((session) => session.operations.length > 0);
  const ended = async (pieces: Iterable<string>) => {
    await output.write(pieces);
    output.keep();
    return exitCode({ findings, incomplete }, flags.failOn);
  };
  if (flags.format === "json" && !writes) return ended([`${JSON.stringify(plan, null, 2)}\n`]);
  if (!work && flags.format === "json") {
    const nothing = { backup: null, journal: null, rows: 0, inFlight: [], skipped: [], sessions: [] };
    return ended([done(nothing, findings)]);
  }
  if (!work) return ended([`Nothing to repair in ${safeText(path)}.\n`, ...remainingLines(plan)]);
  if (!(flags.quiet && writes) && flags.format === "table")
    await output.write(
      planTable(plan, { ...options, verbose: flags.verbose, showContent: flags.showContent }),
    );
  if (!writes) {
    talk(...(plan.obstacles ?? []));
    const how = `\nNothing was written. To apply it: ${again(flags.given, isFound ? [path] : [])} --backup\n`;
    return ended(flags.quiet ? [] : [how]);
  }
  if (process.stdin.isTTY && !flags.yes && !(await ask(`Write this to ${path}?`)))
    throw new DoctorError("REFUSED", "not confirmed; nothing was written");
  return apply(path, plan, flags, now, output);
}

async function apply(
  path: string,
  plan: RepairPlan<AnyOperation>,
  flags: RepairFlags,
  now: number,
  output: Output,
): Promise<number> {
  const bar = await startProgress(flags.quiet);
  const result = await heedingSignals((isCancelled) =>
    applyAny(path, plan, {
      backup: flags.backup === true || flags.backupTo !== undefined,
      backupTo: flags.backupTo,
      nothing: flags.backup === false,
      force: flags.force,
      onProgress: bar.update,
      isCancelled,
    }),
  ).finally(bar.stop);
  const recap = (remaining: number) =>
    applied(result, path, remaining, flags.backupTo !== undefined, reporterOptions(flags, now, "warning"));
  let report: ReportStream;
  try {
    report = await scanStream(path, {
      hostVersion: flags.hostVersion,
      providers: flags.provider,
      now,
      sessions: flags.session,
      onManyFindings: growHeapSlowly,
    });
  } catch (error) {
    talkText([...recap(0)].join(""));
    throw error;
  }
  const remaining = only(report.findings, ({ severity }) => severity !== "info").length;
  const pieces = flags.format === "json" ? [done(result, report.findings)] : recap(remaining);
  await reportDone(output, pieces, () => recap(remaining));
  return exitCode(report, flags.failOn);
}

function done(result: Applied, findings: Findings): string {
  const remaining = [...findings];
  return `${JSON.stringify({ schemaVersion: 1, ...told(result), remaining }, null, 2)}\n`;
}

/** The result of a repair, without the content of any row. */
function told({ sessions, ...rest }: Applied) {
  return {
    ...rest,
    sessions: sessions.map(({ session, mended, remaining, operations }) => ({
      session,
      mended,
      remaining,
      rows: operations.map(({ kind, table, id, rules }) => ({ kind, table, id, rules })),
    })),
  };
}

function prepare(
  path: string,
  flags: RepairFlags,
  now: number,
  onProgress: (done: number, total: number, what: string) => void,
): Promise<Prepared<AnyOperation>> {
  return prepareAny(
    path,
    {
      hostVersion: flags.hostVersion,
      providers: flags.provider,
      sessions: flags.session,
      jobs: flags.jobs,
      moves: flags.relink,
      now,
      onProgress,
      onManyFindings: growHeapSlowly,
    },
    {
      unsafe: flags.unsafe,
      sequentialize: flags.sequentialize,
      dropDuplicatePrompts: flags.dropDuplicatePrompts,
      rules: flags.rule,
    },
  );
}

function* remainingLines(plan: RepairPlan<AnyOperation>): Generator<string> {
  const stays = plan.sessions.flatMap((session) => session.remaining);
  if (stays.length > 0)
    yield `${plural(stays.length, "finding")} ${stays.length === 1 ? "stays" : "stay"}: no honest repair is known, or it needs --unsafe (doctor scan tells them).\n`;
  for (const session of plan.sessions) yield* skippedLines(session, "  ");
}

function discovered(writes: boolean, quiet?: boolean): string {
  const { found } = discover();
  const [newest, ...others] = found;
  if (newest === undefined) throw new DoctorError("NO_INPUT", "no database found", "doctor repair PATH");
  if (others.length > 0 && writes)
    throw new DoctorError(
      "USAGE",
      `found ${found.length} databases (${found.join(", ")}): name the one to repair`,
      commandLine("repair", newest, "--backup"),
    );
  if (others.length > 0 && !quiet)
    talk(`found ${found.length} databases; this is the plan for ${newest}, not for ${others.join(", ")}`);
  return newest;
}
